"""Words of the calendar: a language in; its months, weekdays, days counted from today and the words about them out.

Names are those of CLDR; cases and what else CLDR does not have is in `data/calendar.txt`.
"""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from service.text import fold

CAPITALS = frozenset(("en", "de"))
"""Languages that write months and weekdays with a capital, so that "may" and "march" are none."""


class Meaning(NamedTuple):
    """`kind` is month (1 to 12), weekday (0 is Monday) or day (0 is today)."""

    kind: str
    number: int


class Calendar(NamedTuple):
    """All words folded."""

    names: dict[str, Meaning]
    alone: frozenset[str]
    """Stand before a month or a year that stands alone."""
    year: frozenset[str]
    coming: frozenset[str]
    """Stand beside a weekday that is still to come."""
    will: frozenset[str]
    """Stand near it where something is still to come."""


@cache
def calendar(language: str) -> Calendar:
    """Empty where the language is not known."""
    names, words = _of_cldr(language), dict[str, set[str]]()
    for kind, number, forms in _OWN.get(language, ()):
        if kind in ("month", "weekday", "day"):
            names |= dict.fromkeys(forms, Meaning(kind, number))
        else:
            words.setdefault(kind, set()).update(forms)
    about = [frozenset(words.get(kind, ())) for kind in ("in", "year", "coming", "will")]
    return Calendar(names, *about)


def _of_cldr(language: str) -> dict[str, Meaning]:
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    named = [("weekday", n, name) for kind in locale.days.values() for n, name in kind["wide"].items()]
    named += [("month", n, name) for kind in locale.months.values() for n, name in kind["wide"].items()]
    return {fold(name): Meaning(kind, n) for kind, n, name in named if len(name) > 2 and " " not in name}


def _own() -> dict[str, list[tuple[str, int, list[str]]]]:
    found: dict[str, list[tuple[str, int, list[str]]]] = {}
    for line in (Path(__file__).parents[1] / "data" / "calendar.txt").read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        language, rest = line.split(" ", 1)
        for entry in rest.split(";"):
            kind, *forms = entry.split()
            number = int(forms.pop(0)) if kind in ("month", "weekday", "day") else 0
            found.setdefault(language, []).append((kind, number, [fold(form) for form in forms]))
    return found


_OWN = _own()
