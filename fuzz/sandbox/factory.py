"""create_app: a sandbox, sound or with one defect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fuzz.sandbox.defects import DEFECTS
from fuzz.sandbox.seams import Seams

if TYPE_CHECKING:
    from flask import Flask


def create_app(
    *, defect: str | None = None, api_key: str = "sandbox-key", rate_limit: int | None = None, seed: int = 0
) -> Flask:
    """An application with its own state.

    `defect` names one of `DEFECTS`; `rate_limit` is the number of requests in a minute; the same `seed` invents the
    same values.
    """
    if defect is not None and defect not in DEFECTS:
        raise ValueError(f"no defect is named {defect!r}; there are: {', '.join(DEFECTS)}")
    # Flask takes a tenth of a second to import, which whoever only wants the list of defects need not wait for.
    from fuzz.sandbox.app import build  # noqa: PLC0415

    seams = Seams() if defect is None else DEFECTS[defect].sew()
    return build(seams, api_key=api_key, rate_limit=rate_limit, seed=seed)
