"""What is listed for a language: everything that its words may begin, under the forms it is looked up by.

From CLDR's names of countries in that language and in English, and our own table of short names, adjectives,
people and look-alikes (`data/countries.json`: stems where the language inflects, whole words where it does
not); the regions of many countries; and what stands for governments (`data/governments.json`).
"""

import functools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from babel import Locale, UnknownLocaleError

from consumers.enrich.places import cities, forms
from consumers.enrich.places.cities import City, Fame
from consumers.enrich.places.regions import regions
from service.text import fold, tokens

Kind = Literal["name", "people", "adjective", "city", "region", "metonym", "blocker"]
Doubt = Literal["", "name", "city"]
Listed = Iterator[tuple[str, "Entry"]]
"""Entries with the form each is looked up by."""

_DATA = Path(__file__).parents[1] / "data"
_NOT = "EU EZ UN QO XA XB ZZ AC TA DG CP CQ IC EA"
_NOT_COUNTRIES = frozenset(_NOT.split())
_NAMESAKES = frozenset(("US-GA",))
"""Regions with the name of another country."""
_RATHER_CITIES = frozenset(("Granada",))
"""Names of countries that are a greater city's in the same language."""
_NOT_SAID_ABROAD = frozenset(
    ("Georgia", "Jordan", "Chad", "Jersey", "Turkey", "Guinea", "Oman", "Mali", "Niger", "Man")
)
"""English names that are something else in other languages."""
_IN_BRACKETS = re.compile(r"(.+?)\s*[(（](.+?)[)）]\Z")
_CAPITALISED_PEOPLE = frozenset(("cs", "de", "en", "fr", "pl", "sk", "sl"))
_CAPITALISED_ADJECTIVES = frozenset(("en",))
_ACRONYM = re.compile("[A-ZÀ-ÞА-ЯЎІЇЁҐ]{1,4}")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing a word may begin, and what must follow for it to be that."""

    kind: Kind
    country: str
    """ISO 3166-1; "" for a blocker, which only looks like a country: New Mexico."""
    rest: tuple[frozenset[str], ...] = ()
    """The folded forms of each further word."""
    literal: str = ""
    """The whole, in scripts without blanks."""
    tail: int = 0
    """Letters that a further word may have beyond its form."""
    capital: bool = False
    """Only where the first word has a capital."""
    acronym: bool = False
    """Only where the first word is in capitals and the rest of the text is not."""
    doubtful: Doubt = ""
    """What else it may be as well: a person's name, or a city's."""
    region: str = ""
    """ISO 3166-2, of a region."""
    label: str = ""
    """How a region or a government is shown."""
    city: City | None = None
    fame: Fame = "obscure"
    """Of a city under this name."""

    @property
    def words(self) -> int:
        return 1 + len(self.rest)

    @property
    def length(self) -> int:
        """The longer of two entries at one place is the one meant."""
        return max(self.words, len(self.literal))


def listed(language: str) -> Listed:
    """All entries of a language but its cities. A language CLDR does not know has those in English alone."""
    table = _table("countries.json").get(language, {})
    states = list(regions(language))
    taken = {fold(name) for name, _ in states}
    for name in table.get("blockers", ()):
        if fold(name) not in taken:
            yield from _name(name, Entry("blocker", ""), language)
    countries = set()
    for country, name in _names(language):
        countries.add(fold(name))
        yield from _name(name, Entry("name", country, doubtful=_doubt(name, table)), language)
    for name, region in states:
        if fold(name) not in countries or region.code in _NAMESAKES:
            entry = Entry("region", region.country, region=region.code, label=region.name)
            yield from _name(name, entry, language)
    for name, country in _table("governments.json").get(language, {}).items():
        yield from _name(name, Entry("metonym", country, label=name), language)
    for country, row in table.get("countries", {}).items():
        yield from _people(row.get("people", ()), country, language)
        yield from _adjectives(row.get("adjectives", ()), country, language)


def _doubt(name: str, table: Mapping[str, Any]) -> Doubt:
    if name in table.get("doubtful", ()):
        return "name"
    return "city" if name in _RATHER_CITIES else ""


def stem_key(stem: str) -> str:
    """Stems are listed apart from whole words."""
    return stem + "-"


def _names(language: str) -> Iterator[tuple[str, str]]:
    """(country, name): in the language, then in English what is not a name in it already."""
    own = list(_names_in(language))
    taken = {fold(name) for _, name in own}
    yield from own
    if language != "en":
        foreign = ((country, name) for country, name in _names_in("en") if fold(name) not in taken)
        yield from ((country, name) for country, name in foreign if not (own and name in _NOT_SAID_ABROAD))


def _names_in(language: str) -> Iterator[tuple[str, str]]:
    for country, row in _table("countries.json").get(language, {}).get("countries", {}).items():
        for name in row.get("names", ()):
            yield country, name
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return
    conjunction = str(locale.list_patterns.get("standard", {}).get("2", " & "))
    for country, name in locale.territories.items():
        if len(country) == 2 and country.isalpha() and country not in _NOT_COUNTRIES:
            for variant in _variants(name, conjunction.replace("{0}", "").replace("{1}", "")):
                yield country, variant


def _variants(name: str, conjunction: str) -> Iterator[str]:
    yield name
    if " & " in name:
        yield name.replace(" & ", conjunction)
    if parts := _IN_BRACKETS.match(name):
        yield parts[1]
        yield parts[2]


def _name(name: str, entry: Entry, language: str) -> Listed:
    """A name under every form of its first word."""
    parts = tokens(name)
    if not parts:
        return
    if cities.script(name) in cities.UNSPACED:
        yield parts[0].word, replace(entry, literal=name)
        return
    written = [name[token.start : token.end] for token in parts]
    entry = replace(entry, capital=written[0][0].isupper(), acronym=all(map(_ACRONYM.fullmatch, written)))
    if (tail := forms.tails(language)) and not entry.acronym:
        rest = tuple(frozenset((_stem(token.word),)) for token in parts[1:])
        yield stem_key(_stem(parts[0].word)), replace(entry, rest=rest, tail=tail)
    rest = tuple(forms.name_forms(word, language) for word in written[1:])
    for form in forms.name_forms(written[0], language):
        yield form, replace(entry, rest=rest)


def _stem(word: str) -> str:
    return word[:-2] if len(word) > 6 else word[:-1] if len(word) > 4 else word


def _people(stems: Iterable[str], country: str, language: str) -> Listed:
    entry = Entry("people", country, capital=language in _CAPITALISED_PEOPLE)
    for stem in stems:
        *before, last = [token.word for token in tokens(stem)]
        yield from _compound(before, forms.people_forms(last, language), entry)


def _adjectives(stems: Iterable[str], country: str, language: str) -> Listed:
    entry = Entry("adjective", country, capital=language in _CAPITALISED_ADJECTIVES)
    people = Entry("people", country, capital=True)
    for stem in stems:
        *before, last = [token.word for token in tokens(stem)]
        made = forms.adjective_forms(last, language)
        yield from _compound(before, made, entry)
        if language == "fr" and not before:  # "les Français"
            yield from _compound(before, made, people)
        if language == "en" and last[-1] in "ni":  # Belarusians, Iraqis
            yield from _compound(before, frozenset((last + "s",)), people)


def _compound(before: list[str], made: frozenset[str], entry: Entry) -> Listed:
    """Under each form; under the first word, if it has several ("South Korean")."""
    if before:
        yield before[0], replace(entry, rest=(*(frozenset((word,)) for word in before[1:]), made))
    else:
        for form in made:
            yield form, entry


@functools.cache
def _table(name: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = json.loads((_DATA / name).read_text("utf-8"))
    return table
