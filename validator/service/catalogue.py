"""The contracts that the service judges against, by name, and a judge for each version and choice of options.

The contract that the service was started with is always there, and cannot be changed. Others come from the store; they
are loaded and compiled when they are asked for, and the last few are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from validator.contract import Contract, Document
from validator.judges import make_judge
from validator.service.problems import STORE_UNAVAILABLE, UNKNOWN_CONTRACT, Problem, Refusal

if TYPE_CHECKING:
    from validator.judges import Judge
    from validator.service.metrics import Metrics
    from validator.service.store import Store

DEFAULT: Final = "default"
"""The name of the contract that the service was started with."""

KEPT_CONTRACTS: Final = 8

KEPT_JUDGES: Final = 16
"""Judges are made once for each choice of options; `?server=` makes for any number of choices."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """A contract, and the name that it has here."""

    name: str
    contract: Contract


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to judge."""

    judge: str = "compiled"
    strict: bool = False
    drift: bool = False
    servers: tuple[str, ...] = ()


PLAIN: Final = Options()


class Catalogue:
    """The contracts. `store` may be None: then there is the one contract only."""

    def __init__(self, contract: Contract, store: Store | None, metrics: Metrics) -> None:
        self.default: Final = InForce(name=DEFAULT, contract=contract)
        self.metrics: Final = metrics
        """Where it is counted what was judged, and stored."""
        self._store: Final = store
        self._load: Final = lru_cache(KEPT_CONTRACTS)(self._loaded)
        self.judge: Final = lru_cache(KEPT_JUDGES)(_judge)
        """The judge for a contract and options."""

    @property
    def store(self) -> Store:
        """Where the other contracts, and the runs, are kept. Raises Refusal where there is none."""
        if self._store is None:
            raise Refusal(Problem(kind=STORE_UNAVAILABLE, detail="this service was started without a database"))
        return self._store

    @property
    def kept(self) -> Store | None:
        """The store, if there is one."""
        return self._store

    def find(self, name: str) -> InForce:
        """The version of a contract that is in force. Raises Refusal where there is none, or StoreError."""
        if name == DEFAULT:
            return self.default
        sha256 = self.store.contracts.in_force(name)
        if sha256 is None:
            raise unknown(name)
        return self._load(name, sha256)

    def find_version(self, name: str, sha256: str) -> InForce:
        """One version of a contract. Raises Refusal where there is none, or StoreError."""
        if name == DEFAULT and sha256 == self.default.contract.document.sha256:
            return self.default
        if not self.store.contracts.has(name, sha256):
            raise unknown(name)
        return self._load(name, sha256)

    def _loaded(self, name: str, sha256: str) -> InForce:
        content = self.store.contracts.document(sha256)
        if content is None:
            raise unknown(name)  # deleted this very moment
        document = replace(Document.from_bytes(content, name), sha256=sha256)
        return InForce(name=name, contract=Contract(document))


def unknown(name: str) -> Refusal:
    """That there is no contract of this name."""
    return Refusal(Problem(kind=UNKNOWN_CONTRACT, detail=f"there is no contract {name}"))


def _judge(contract: Contract, options: Options) -> Judge:
    if options.servers:
        contract = contract.with_servers(*options.servers)
    return make_judge(contract, options.judge, strict=options.strict, drift=options.drift)
