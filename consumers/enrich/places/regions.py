"""Regions: a language in; the names that the first-level regions of many countries have in it out.

Codes, names and translations are those of `pycountry` (ISO 3166-2, iso-codes; LGPL); names that it does not
know in a language are ours (`data/regions.json`). Cities that are regions are left to the cities.
"""

import functools
import gettext
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pycountry

_NEWSWORTHY = (
    "AF AM AR AT AU AZ BA BE BG BR BY CA CH CN CZ DE ES FI FR GB GE GR HR HU IN IQ IT KG KZ LV MD MM MX NG NL NO PK "
    "PL PT RO RS RU SD SE SI SK SY TJ TM TR UA US UZ YE ZA"
)
_COUNTRIES = frozenset(_NEWSWORTHY.split())
"""Countries whose regions make news; of the others the names are mostly those of their towns."""
_SECOND_LEVEL_NAMES = frozenset(("LV", "SI", "AZ", "MD"))
"""Their first level is of towns and communes."""
_CITIES = re.compile("city|municipality|capital|district$|outlying|dependency|overseas", re.IGNORECASE)
_EXTRA = re.compile(r"\s*[\[(,/].*")
SHORTEST = 4
_PLAIN = (
    "central centre center centro north south east west northern southern eastern western nord sud sur norte sul "
    "north-west north-east western centre-nord central north victoria eastern rivers delta plateau kano ondo "
    "northwest white upper lower"
)
_WORDS = frozenset(_PLAIN.split())
"""Names that are words first of all."""
_DATA = Path(__file__).parents[1] / "data" / "regions.json"


@dataclass(frozen=True, slots=True)
class Region:
    """A region: its ISO 3166-2 code, and its name in English or, without one, at home."""

    code: str
    name: str

    @property
    def country(self) -> str:
        """ISO 3166-1."""
        return self.code.partition("-")[0]


def regions(language: str) -> Iterator[tuple[str, Region]]:
    """(name, region) for each name in the language."""
    translated = _catalogue(language)
    for region, native, kind in _listed():
        name = _shown(translated.get(native, ""), kind, language) or (native if language == "en" else "")
        if len(name) >= SHORTEST and name.lower() not in _WORDS:
            yield name, region
    known = {region.code: region for region, _, _ in _listed()}
    for name, code in _ours().get(language, {}).items():
        yield name, known[code]


def _shown(name: str, kind: str, language: str) -> str:
    """Without what is in brackets or behind a comma; a Polish voivodeship as it is spoken of."""
    name = _EXTRA.sub("", name)
    return f"województwo {name}" if language == "pl" and kind == "Voivodship" and name.islower() else name


@functools.cache
def _listed() -> tuple[tuple[Region, str, str], ...]:
    """(region, its name at home, what it is called: "Oblast")."""
    english = _catalogue("en")
    return tuple(
        (Region(row.code, _EXTRA.sub("", english.get(row.name, row.name))), row.name, row.type)
        for row in pycountry.subdivisions
        if row.country_code in _COUNTRIES - _SECOND_LEVEL_NAMES and not row.parent_code and not _CITIES.search(row.type)
    )


def _catalogue(language: str) -> Mapping[str, str]:
    try:
        found = gettext.translation("iso3166-2", pycountry.LOCALES_DIR, [language])
    except OSError:
        return {}
    names: Mapping[str, str] = getattr(found, "_catalog", {})
    return names


@functools.cache
def _ours() -> Mapping[str, Mapping[str, str]]:
    table: Mapping[str, Any] = json.loads(_DATA.read_text("utf-8"))
    return table
