"""How a query was understood, to be kept beside its text: a tree in, bytes out, and back.

Understanding takes ten times as long as opening these bytes, and needs all the names; a matcher that starts wants
neither. `Reading.version` says by what a tree was made: one that another reading made is made anew.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any

import msgspec

from service.query.tree import About, And, AtLeast, Exact, Fact, Field, Min, Near, Not, Or, Phrase, Prefix, Query, Term

_KINDS: dict[str, type[Any]] = {
    "t": Term, "p": Phrase, "*": Prefix, "=": Exact, "f": Field, "~": About, "s": Fact,
    "n": Near, "x": AtLeast, "m": Min, "&": And, "|": Or, "!": Not,
}  # fmt: skip
_SIGNS = {kind: sign for sign, kind in _KINDS.items()}
_FIELDS = {kind: tuple(kind.__dataclass_fields__) for kind in _SIGNS}


def frozen(query: Query) -> bytes:
    """The tree as bytes."""
    return msgspec.json.encode(_frozen(query))


def thawed(kept: bytes) -> Query:
    """The tree again. Raises `ValueError` for bytes that are none of ours."""
    try:
        found: Query = _thawed(msgspec.json.decode(kept))
    except (msgspec.MsgspecError, ValueError, KeyError, TypeError, IndexError) as error:
        raise ValueError(f"this is no kept query: {error}") from None
    return found


def _frozen(query: Query) -> list[Any]:
    kind = type(query)
    return [_SIGNS[kind], *(_value(name, getattr(query, name)) for name in _FIELDS[kind])]


def _value(name: str, value: Any) -> Any:
    match name:
        case "clauses":
            return [_frozen(each) for each in value]
        case "clause" | "left" | "right":
            return _frozen(value)
        case "vector":
            return b64encode(value).decode()
        case _:
            return value


def _thawed(told: list[Any]) -> Any:
    kind = _KINDS[told[0]]
    values = zip(_FIELDS[kind], told[1:], strict=True)
    return kind(*[_OPENED[name](value) if name in _OPENED else value for name, value in values])


_OPENED: dict[str, Callable[[Any], Any]] = {
    "clauses": lambda clauses: tuple(map(_thawed, clauses)),
    "words": tuple,
    "vector": b64decode,
    **dict.fromkeys(("clause", "left", "right"), _thawed),
}
