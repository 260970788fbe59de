"""Cities that a bare word may mean: nothing in; out comes each with its number, country and names in many languages.

From `cities.tsv`, and of those by whose time a zone is named, from CLDR. They are so large or so well known that nobody
who writes the name alone means another place; some are people or common words all the same, and say so.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel import Locale

from service.people.first_names import is_first_name


@dataclass(frozen=True, slots=True)
class City:
    """One city. `number` is that of GeoNames, which enrichment gives to the places that articles name."""

    number: int
    name: str
    """In English."""
    country: str
    names: tuple[tuple[str, bool], ...]
    """In any language; and whether by this name alone somebody or something else may be meant."""


def cities(languages: Iterable[str]) -> Iterator[City]:
    """All of them, with their names in these languages of CLDR and in others."""
    zones = [Locale.parse(language).time_zones for language in languages]
    for number, name, country, zone, doubt, more in _rows():
        known = {told["city"]: None for each in zones if "city" in (told := each.get(zone, {}))} if zone else {}
        names = dict.fromkeys((name, *known, *(each for each in more.split(";") if each)))
        yield City(int(number), name, country, tuple((each, _is_doubtful(each, bool(doubt))) for each in names))


def _is_doubtful(name: str, doubt: bool) -> bool:
    """Of several words none is: `Santiago de Chile`."""
    return " " not in name and (doubt or name.casefold() in _WORDS or is_first_name(name))


_SAID = """
bursa damas damask dunaj lima mecca muskat pest rim roma rooma róma salta soul tirana viena vine vīne
вена дели делі мекка
"""
"""Names of cities that are a people, a plague or a spice in other languages."""
_WORDS = frozenset(_SAID.split())


@cache
def _rows() -> tuple[tuple[str, ...], ...]:
    text = files(__package__).joinpath("cities.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(tuple((row + [""] * 6)[:6]) for row in rows)
