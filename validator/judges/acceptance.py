"""Fast acceptance: a body that decodes to the type made of its schema is valid, without a further look.

Parsing and checking are then one pass, which costs no more than parsing alone. Only acceptance is decided here: of a
body that is not accepted nothing is said, and its schema is asked as ever. So a type may be narrower than its schema,
never wider. Every object is closed, for msgspec passes over what it does not know without a look. What a type cannot
say (a pattern, a format, a constant `true`) is asked of the schema's own validator, about the values concerned only:
they are picked out of the decoded body.

The laws, held by tests/judges/test_acceptance.py: what is accepted, orjson can parse, and its schema holds valid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from validator.errors import DocumentError
from validator.judges.shape import ANYTHING, Doubtful, Impossible
from validator.judges.shapes import Shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from validator.contract.schemas import Schemas
    from validator.judges.shape import Column, Shape
    from validator.judges.ways import Ways

_NAMES: Final = {"Struct": msgspec.Struct, "NoneType": type(None)}
"""What the expressions of shapes.py speak of, besides what is built in."""

_TRIAL: Final = 32
"""So many valid bodies are refused before it is asked whether trying is worth while."""


class Acceptor:
    """Accepts bodies that keep one schema."""

    __slots__ = ("_accepted", "_decode", "_holds", "_names", "_pick", "_refused", "useless")

    def __init__(self, schemas: Schemas, shape: Shape) -> None:
        self._decode: Final = msgspec.json.Decoder(shape.type).decode
        self._names: Final = shape.names
        columns = [] if shape.rest is None else shape.rest("body", 0)
        self._pick: Final = _function(columns)
        self._holds: Final = schemas.compiled(_schema(columns)).is_valid if columns else None
        self._accepted = 0
        self._refused = 0
        self.useless = False

    def accepts(self, body: bytes) -> bool:
        """Whether the body is valid for sure."""
        if self.useless:
            return False
        try:
            value = self._decode(body)
            if self._holds is not None and not self._holds(self._pick(value)):
                return False
        # msgspec lets a UnicodeDecodeError through; jsonschema-rs says ValueError of what is too deep for it.
        except (msgspec.DecodeError, ValueError, RecursionError):
            return False
        self._accepted += 1
        return True

    def may_have(self, names: Collection[str]) -> bool:
        """Whether an object that is accepted may have all these members."""
        return self._names is None or self._names.issuperset(names)

    def refused_valid(self) -> None:
        """Take note that a body was valid that was not accepted. Where that happens too often, no more are tried."""
        self._refused += 1
        self.useless = self._refused >= _TRIAL and self._refused * 2 > self._accepted


class Acceptance:
    """Makes the acceptors of a document's schemas."""

    def __init__(self, schemas: Schemas, ways: Ways) -> None:
        self._schemas: Final = schemas
        self._ways: Final = ways
        self._shapes: Final = Shapes(schemas)
        self._made: Final[dict[str, Acceptor | None]] = {}

    def of(self, schema: str) -> Acceptor | None:
        """The acceptor for the schema at a pointer; None where no type says enough of it to be of use."""
        if schema not in self._made:
            self._made[schema] = self._make(schema)
        return self._made[schema]

    def is_tried(self, schema: str) -> bool:
        """Whether bodies of the schema are tried."""
        acceptor = self._made.get(schema)
        return acceptor is not None and not acceptor.useless

    def _make(self, schema: str) -> Acceptor | None:
        if self._ways.levels(schema) is not None:  # what it leaves to ask could take for ever
            return None
        try:
            shape = self._shapes.of(schema)
            if shape.type is ANYTHING.type:
                return None
            return Acceptor(self._schemas, shape)
        except (Doubtful, Impossible, DocumentError):
            return None
        # Deeper than Python, or its parser, can go; a name or a number that msgspec cannot hold.
        except (RecursionError, SyntaxError, MemoryError, ValueError, OverflowError):
            return None


def _function(columns: Sequence[Column]) -> Callable[[Any], list[Any]]:
    """What takes out of a decoded body all that is to be asked."""
    values = [f"[{one.value}{one.loops}]" if one.loops else one.value for one in columns]
    return eval(f"lambda body: [{', '.join(values)}]", dict(_NAMES))  # type: ignore[no-any-return] # noqa: S307


def _schema(columns: Sequence[Column]) -> dict[str, Any]:
    """What is asked of it."""
    return {"prefixItems": [{"items": one.schema} if one.loops else one.schema for one in columns]}
