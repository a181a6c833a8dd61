"""The contracts, what one of them holds, and which of its answers and error codes the stored runs have seen."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from validator.contract.overview import overview
from validator.listing.words import where
from validator.service.gate import query
from validator.service.pages.matrix import matrix
from validator.service.pages.rendering import page
from validator.service.store import Filters

if TYPE_CHECKING:
    from flask import Response
    from flask.sansio.scaffold import Scaffold

    from validator.service.catalogue import Catalogue, InForce
    from validator.service.gate import Gate
    from validator.service.store import Seen


class ContractPages:
    """The views, over the contracts and the store, which may not be there."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue: Final = catalogue
        self._overview: Final = lru_cache(4)(overview)

    def register(self, app: Scaffold, gate: Gate) -> None:
        """Put every view at the path that openapi.yaml gives it."""
        gate.open(app, "/contract", "get", self.contract)
        gate.open(app, "/contract/coverage", "get", self.coverage)
        gate.open(app, "/contracts", "get", self.all)

    def contract(self) -> Response:
        """What a contract holds, and when each error code was seen last."""
        in_force = self._wanted()
        shown = self._overview(in_force.contract)
        store = self._catalogue.kept
        seen = [] if store is None else store.runs.codes(Filters(contract=in_force.name))
        codes = _latest(seen)
        listed = {str(code.code) for code in shown.error_codes or ()}
        return page(
            "contract.html",
            **self._about(in_force),
            shown=shown,
            where=lambda code: where(code, len(shown.operations)),
            codes=codes,
            others=[one for name, one in codes.items() if name not in listed],
            is_stored=store is not None,
        )

    def coverage(self) -> Response:
        """Which statuses of which operations were seen."""
        in_force = self._wanted()
        label: str = query().get("label", "")
        shown = self._overview(in_force.contract)
        store = self._catalogue.kept
        filters = Filters(contract=in_force.name, label=label or None)
        return page(
            "coverage.html",
            **self._about(in_force),
            shown=shown,
            matrix=matrix(shown, [] if store is None else store.runs.answers(filters)),
            label=label,
            labels=[] if store is None else store.runs.labels(),
            is_stored=store is not None,
        )

    def all(self) -> Response:
        """Every contract, with its versions."""
        store = self._catalogue.kept
        return page(
            "contracts.html",
            default=self._catalogue.default,
            named=[] if store is None else store.contracts.all(),
        )

    def _wanted(self) -> InForce:
        wanted = query()
        version: str = wanted.get("version", "")
        if version:
            return self._catalogue.find_version(wanted["contract"], version)
        return self._catalogue.find(wanted["contract"])

    def _about(self, in_force: InForce) -> dict[str, Any]:
        """Which contract it is, for an address too."""
        return {"in_force": in_force, "version": query().get("version", "")}


def _latest(seen: list[Seen]) -> dict[str, Seen]:
    """By code, what was seen last: of two versions of a contract, only one may document it."""
    found: dict[str, Seen] = {}
    for one in seen:
        if one.code is not None and (one.code not in found or found[one.code].last_seen < one.last_seen):
            found[one.code] = one
    return found
