"""The judges: given a contract and an exchange, a verdict.

Two of them give the same verdicts (docs/design.md, section 4): `compiled` is fast and the default; `reference` asks
openapi-core, the authority on what OpenAPI means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from validator.judges.strictness import Strictness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from validator.contract import Contract
    from validator.exchange import Exchange
    from validator.findings import Verdict

JUDGES: Final = ("compiled", "reference")


class Judge(Protocol):
    """One exchange in, one verdict out. Raises DocumentError where the document turns out not to be usable."""

    def __call__(self, exchange: Exchange) -> Verdict:
        """The verdict on one exchange."""
        ...


def make_judge(contract: Contract, name: str = "compiled", *, strict: bool = False, drift: bool = False) -> Judge:
    """The judge of that name. With `drift`, undocumented properties are told; with `strict`, they are errors."""
    strictness = Strictness.STRICT if strict else Strictness.DRIFT if drift else Strictness.OFF
    if name == "compiled":
        from validator.judges.compiled import CompiledJudge  # noqa: PLC0415 - one run needs one judge

        return CompiledJudge(contract, strictness)
    if name == "reference":
        from validator.judges.reference import ReferenceJudge  # noqa: PLC0415 - openapi-core takes a second to import

        return ReferenceJudge(contract, strictness)
    raise ValueError(f"expected one of the judges {', '.join(JUDGES)}, got {name!r}")


def judge(
    contract: Contract,
    exchanges: Iterable[Exchange],
    *,
    judge: str = "compiled",
    strict: bool = False,
    drift: bool = False,
) -> Iterator[Verdict]:
    """The verdict on each exchange, in order, one at a time."""
    return map(make_judge(contract, judge, strict=strict, drift=drift), exchanges)
