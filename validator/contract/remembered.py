"""Documents that were checked before, remembered in the user's cache folder by the hash of all that counted.

To parse a big document, to import what checks it and to check it takes longer than to judge a small recording. A cache
is an input like any other, so nothing is taken on trust: what is damaged, another user's or another version's, or
cannot be read or written, is passed over in silence, and the document is checked anew. It never keeps us from working.
"""

from __future__ import annotations

import hashlib
import os
import stat
from contextlib import suppress
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import orjson

MAX_DOCUMENTS: Final = 16
"""So many documents are remembered; the one that was not asked for longest gives way."""

MAX_BYTES: Final = 16 * 1024 * 1024
"""A bigger document is checked each time."""

_LIBRARIES: Final = ("jsonschema_rs", "openapi_spec_validator", "orjson", "yaml")
"""What reads and checks documents."""

_DISTRIBUTIONS: Final = {"yaml": "pyyaml"}
_DIGEST: Final = hashlib.sha256().digest_size * 2


def key_of(data: bytes, name: str) -> str | None:
    """What a document is remembered by: its bytes, its file's name, and who would check it. None: it cannot be.

    The name counts because a document may refer to itself by it.
    """
    checker = _checker()
    if checker is None:
        return None
    return hashlib.sha256(
        orjson.dumps([checker, hashlib.sha256(data).hexdigest(), os.fsencode(name).hex()])
    ).hexdigest()


def recall(key: str) -> Any:
    """The value of the document that was checked; None where it is not remembered."""
    folder = _folder()
    if folder is None:
        return None
    try:
        with open(folder / key, "rb", opener=_no_link_no_pipe) as file:
            status = os.fstat(file.fileno())
            if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid():
                return None
            data = file.read(_DIGEST + MAX_BYTES + 1)
            with suppress(OSError):  # a folder that may only be read is good enough
                os.utime(file.fileno())
    except OSError:
        return None
    digest, payload = data[:_DIGEST], data[_DIGEST:]
    if hashlib.sha256(payload).hexdigest().encode() != digest:
        return None
    try:
        return orjson.loads(payload)
    except orjson.JSONDecodeError:
        return None


def remember(key: str, root: Any) -> None:
    """Keep the value of a document that was checked."""
    folder, payload = _folder(), _payload(root)
    if folder is None or payload is None:
        return
    # Renamed when it is whole: another process sees all of it, or none.
    unfinished = folder / f".{key}.{os.urandom(8).hex()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with open(unfinished, "xb", opener=_for_owner) as file:
                file.write(hashlib.sha256(payload).hexdigest().encode() + payload)
            unfinished.replace(folder / key)
        finally:
            unfinished.unlink(missing_ok=True)
        _forget_oldest(folder)
    except OSError:
        return


def _no_link_no_pipe(path: str, flags: int) -> int:
    """How a file is opened to be read: neither a link is followed, nor a named pipe waited for."""
    return os.open(path, flags | os.O_NOFOLLOW | os.O_NONBLOCK)


def _for_owner(path: str, flags: int) -> int:
    """How a file is made: no other user may read it, as no other might be allowed to read the document."""
    return os.open(path, flags, 0o600)


def _payload(root: Any) -> bytes | None:
    """The value as JSON; None where it is too big, or would not come back as it is."""
    if not _is_small(root):
        return None
    try:
        payload = orjson.dumps(root)
    except TypeError:  # an integer of more than 64 bits, a surrogate that stands alone
        return None
    return payload if len(payload) <= MAX_BYTES and orjson.loads(payload) == root else None


def _is_small(root: Any) -> bool:
    """Whether the text is within bounds, before it is made: what YAML's aliases share would be written out."""
    room = MAX_BYTES
    pending = [root]
    while pending and room >= 0:
        node = pending.pop()
        room -= 1
        if isinstance(node, dict):
            room -= sum(map(len, node))
            pending.extend(node.values())
        elif isinstance(node, list):
            pending.extend(node)
        elif isinstance(node, str):
            room -= len(node)
    return room >= 0


def _forget_oldest(folder: Path) -> None:
    """All files of the folder count: a process that was killed may have left one unfinished."""
    known = []
    for file in folder.iterdir():
        with suppress(FileNotFoundError):  # another process may be at it too
            known.append((file.stat().st_mtime_ns, file))
    for _, file in sorted(known)[:-MAX_DOCUMENTS]:
        file.unlink(missing_ok=True)


def _folder() -> Path | None:
    """Where caches belong (XDG Base Directory Specification); None without a home."""
    caches = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not caches.is_absolute():  # "All paths set in these environment variables must be absolute", or be ignored
        try:
            caches = Path.home() / ".cache"
        except RuntimeError:
            return None
    return caches / "picqer-contract" / "documents"


@cache
def _checker() -> str | None:
    """Who checks documents: our own code, and the libraries' versions. None where that cannot be told."""
    own = Path(__file__).parent
    hashed = hashlib.sha256()
    try:
        for file in (*sorted(own.glob("*.py")), *(own.parent / name for name in ("pointer.py", "yaml_reader.py"))):
            hashed.update(file.read_bytes() + b"\0")
    except OSError:
        return None
    for library in _LIBRARIES:
        version = _version(library)
        if version is None:
            return None
        hashed.update(version.encode() + b"\0")
    return hashed.hexdigest()


def _version(library: str) -> str | None:
    """The name of the folder that tells of an installed library, with its version.

    importlib.metadata takes longer to import than a document to recall.
    """
    spec = find_spec(library)
    if spec is None or spec.origin is None:
        return None
    name = _DISTRIBUTIONS.get(library, library)
    installed = Path(spec.origin).parents[1].glob("*.dist-info")
    return next((one.name for one in installed if one.name.lower().startswith(f"{name}-")), None)
