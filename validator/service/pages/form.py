"""What a form sends: fields and a file, read through the same bounds and counts as any other body (upload.py)."""

from __future__ import annotations

import io
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser

from validator.service.problems import BODY_TOO_LARGE, UNREADABLE_FORM, UNSUPPORTED_MEDIA_TYPE, Problem, Refusal
from validator.service.upload import Upload

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Request
    from werkzeug.datastructures import FileStorage, MultiDict

MAX_FIELDS: Final = 4 * 1024 * 1024
"""The most bytes of fields, a pasted body among them; a file may be as large as any recording."""

_IN_MEMORY: Final = 512 * 1024
_MAX_PARTS: Final = 32
_GZIP_MAGIC: Final = b"\x1f\x8b"


class SentFile:
    """A recording in a form: what `judge_upload` reads. It has come whole before it is looked at."""

    ends_in_a_line: Final = False

    def __init__(self, stream: IO[bytes], *, received: int) -> None:
        self.stream: Final = io.BufferedReader(_Raw(stream))
        self.received: Final = received

    def finish(self) -> None:
        """Nothing: it has come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """Fields by name, each once; and the file, if one was chosen."""

    fields: Mapping[str, str]
    file: SentFile | None


@contextmanager
def read_form(asked: Request, *, limit: int) -> Iterator[Form]:
    """The form in the body of a request, of `limit` bytes at most; its file is gone afterwards. Raises Refusal."""
    upload = Upload(asked, limit=limit if asked.mimetype == "multipart/form-data" else min(limit, MAX_FIELDS))
    with ExitStack() as opened:

        def file(*_: object, **__: object) -> IO[bytes]:
            return opened.enter_context(SpooledTemporaryFile(max_size=_IN_MEMORY))

        fields, files = _parsed(
            FormDataParser(file, MAX_FIELDS, max_form_parts=_MAX_PARTS, silent=False), upload, asked
        )
        upload.finish()
        sent = next((part for part in files.values() if part.filename), None)
        yield Form(
            fields={name: values[0] for name, values in fields.lists()},
            file=None if sent is None else _sent(sent.stream, upload.received),
        )


def _parsed(
    parser: FormDataParser, upload: Upload, asked: Request
) -> tuple[MultiDict[str, str], MultiDict[str, FileStorage]]:
    """Fields and files. Raises Refusal."""
    try:
        _, fields, files = parser.parse(upload.stream, asked.mimetype, asked.content_length, asked.mimetype_params)
    except RequestEntityTooLarge:
        detail = f"the form has more than {MAX_FIELDS} bytes of text, or more than {_MAX_PARTS} parts"
        raise Refusal(Problem(kind=BODY_TOO_LARGE, detail=detail, members={"limit": MAX_FIELDS})) from None
    except ValueError:
        detail = f"expected a form as {asked.mimetype}, got something else"
        raise Refusal(Problem(kind=UNREADABLE_FORM, detail=detail)) from None
    return fields, files


def _sent(stream: IO[bytes], received: int) -> SentFile:
    found = SentFile(stream, received=received)
    if found.stream.peek(len(_GZIP_MAGIC)).startswith(_GZIP_MAGIC):
        mend = "unpack it first; programs may send gzip to /v1/validate"
        raise Refusal(Problem(kind=UNSUPPORTED_MEDIA_TYPE, detail="expected a plain file, got gzip", mend=mend))
    return found


class _Raw(io.RawIOBase):
    """A file that is held in memory while it is small, as a stream of bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream: Final = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        with memoryview(buffer) as target:
            data = self._stream.read(len(target))
            target[: len(data)] = data
        return len(data)
