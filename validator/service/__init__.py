"""The service: the judge over HTTP (docs/design.md, section 6).

`create_app` makes a WSGI application for any server; `validator.service.server.serve` runs it as it should be run.
"""

from __future__ import annotations

from validator.service.app import create_app

__all__ = ["create_app"]
