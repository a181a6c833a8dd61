"""Style, script and icon of the pages: files of the package, read once."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib.resources import files
from typing import Final

from flask import Response

from validator.service.gate import current_request
from validator.service.problems import NOT_FOUND, Problem, Refusal

FILES: Final = {
    "style.css": "text/css",
    "htmx.min.js": "text/javascript",
    "icon.svg": "image/svg+xml",
}
"""What is served, and as what."""


@lru_cache
def _content(name: str) -> tuple[bytes, str]:
    """A file and the hash of it."""
    content = (files("validator.service.pages") / "static" / name).read_bytes()
    return content, hashlib.sha256(content).hexdigest()


def static(name: str) -> Response:
    """One of the files. A browser keeps it, and asks whether it is still the same."""
    if name not in FILES:
        raise Refusal(Problem(kind=NOT_FOUND, detail=f"expected one of {', '.join(FILES)}"))
    content, digest = _content(name)
    response = Response(content, content_type=f"{FILES[name]}; charset=utf-8")
    response.set_etag(digest)
    response.headers["Cache-Control"] = "no-cache"
    response.make_conditional(current_request())
    return response
