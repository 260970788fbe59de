"""Operators with a number: as typed in, what they mean out; or `QuerySyntax`.

`first/50:`, `atleast/3:`, `min/2:(...)`, `NEAR/5`, `"..."~3`, `independent>=3`.
"""

import re
from collections.abc import Sequence

from service.errors import QuerySyntax
from service.query.tree import AtLeast, Fact, FactName, Min, Near, Or, Query, Sign, Words, parts_of, scope
from service.query.words import Place

MOST_FIRST = 1_000
MOST_NEAR = 50
MOST_TIMES = 50
MOST_NEARS_INSIDE = 5
"""NEAR inside NEAR inside ..."""

_FIRST = re.compile(r"(first|atleast)/(\d{1,9})")
_FACT = re.compile(r"(?P<name>[a-z]+)\s*(?P<sign>[<>]=?)\s*(?P<number>[0-9.]{1,12})(?P<hourly>/h)?")


def numbered(name: str, place: Place) -> tuple[str, int] | None:
    """The word and the number of `first/50` or `atleast/3`; None for any other field."""
    found = _FIRST.fullmatch(name)
    if not found:
        return None
    most = MOST_FIRST if found[1] == "first" else MOST_TIMES
    return found[1], _number(found[2], f"{found[1]}/", most, place)


def near(operator: str, left: Query, right: Query, place: Place) -> Near:
    """`operator` is `NEAR/5`, `ONEAR/5`, `NOT NEAR/5` or `NOT ONEAR/5`."""
    said, _, number = operator.partition("/")
    distance = _number(number, f"{said}/", MOST_NEAR, place)
    for side in (left, right):
        _refuse_placeless(side, said, place)
    if scope(left) != scope(right):
        raise QuerySyntax(f"both sides of {said} must be bound to the same field, as in title:(a NEAR/5 b)", *place)
    found = Near(left, right, distance, ordered="ONEAR" in said, absent=said.startswith("NOT"))
    if _deep(found) > MOST_NEARS_INSIDE:
        raise QuerySyntax(f"more than {MOST_NEARS_INSIDE} NEARs inside each other", *place)
    return found


def at_least(times: int, clause: Query, place: Place) -> Query:
    _refuse_placeless(clause, "atleast", place)
    return clause if times == 1 else AtLeast(times, clause)


def least(operator: str, clauses: Sequence[Query], place: Place) -> Query:
    """`operator` is `min/2:`."""
    number = _number(operator[len("min/") :].rstrip(":"), "min/", 2_000, place)
    if number > len(clauses):
        many = "is one clause" if len(clauses) == 1 else f"are {len(clauses)} clauses"
        raise QuerySyntax(f"min/{number} can never hold: there {many}, separated by commas", *place)
    return clauses[0] if len(clauses) == 1 else Min(number, tuple(clauses))


def fact(typed: str, place: Place) -> Fact:
    """A condition on the story."""
    found = _FACT.fullmatch(typed)
    if not found:
        return Fact("state_only")
    name: FactName = found["name"]  # type: ignore[assignment]  # the grammar lets no other pass
    sign: Sign = found["sign"]  # type: ignore[assignment]  # as above
    if (name == "growth") != bool(found["hourly"]):
        right = f"{name}{sign}{found['number']}{'' if found['hourly'] else '/h'}"
        raise QuerySyntax(f'"{typed}" is not how it is said', *place, (right,))
    return Fact(name, sign, _float(found["number"], typed, place))


def slop(written: str, place: Place) -> tuple[str, int]:
    """A phrase and how many other words may stand between its words."""
    text, sign, number = written.rpartition("~")
    if not sign or not text.endswith('"') or not number.isdecimal():  # as in "~"
        return written, 0
    return text, _number(number, '"..."~', MOST_NEAR, place, least=0)


def _number(digits: str, what: str, most: int, place: Place, least: int = 1) -> int:
    number = int(digits[:9])
    if not least <= number <= most:
        raise QuerySyntax(f"{what}{number}: the number must be from {least} to {most}", *place)
    return number


def _float(digits: str, typed: str, place: Place) -> float:
    try:
        return float(digits)
    except ValueError:
        raise QuerySyntax(f'"{typed}" holds no number', *place) from None


def _refuse_placeless(clause: Query, said: str, place: Place) -> None:
    """Only words, phrases and what is made of them by OR and NEAR stand at places."""
    if isinstance(clause, Or | Near):
        for part in parts_of(clause):
            _refuse_placeless(part, said, place)
    elif not isinstance(clause, Words):
        raise QuerySyntax(f"{said} takes words, phrases and groups of them joined by OR, not {clause}", *place)


def _deep(query: Query) -> int:
    inside = max(map(_deep, parts_of(query)), default=0)
    return inside + isinstance(query, Near)
