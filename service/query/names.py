"""What names mean, in every language: words in, the fields that ask for what they name out.

Countries and cities by the names that CLDR gives them; people and organisations by our own tables; outlets by the table
of sources. Read when first asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal, Protocol

from babel import Locale

from service.people import by_id, organisations
from service.people.known import Known, people
from service.query.cities import cities
from service.query.tree import Field
from service.sources import NONE, Sources
from service.text import unspaced, words

Kind = Literal["country", "city", "person", "organisation", "outlet"]

LEAST_LETTERS = 4
"""Of a name that a bare word may mean: who, US and UN are too many other things."""
MOST_BEARERS = 5
"""People of one family name; a name that more have means nobody."""
_LANGUAGES = "ar be bg cs da de el en es et fi fr he hi hr hu it ja ka ko lt lv nl no pl pt ro ru sk sl sr sv tr uk zh"
_ALSO = {
    "GB": "Britain;Great Britain;UK;Vereinigtes Königreich;Großbritannien;Великобритания;Вялікабрытанія;英国",
    "US": "USA;United States of America;America;США;ЗША",
    "CZ": "Czech Republic;Чехия;Чэхія",
    "AE": "UAE;ОАЭ;ААЭ",
    "BY": "Belarus;Białoruś;Weißrussland;Biélorussie;Bielorussia;Bielorrusia;Белоруссия;Беларусь;Wit-Rusland;白俄罗斯",
    "MD": "Moldova;Молдавия",
    "MM": "Burma",
    "NL": "Holland",
    "KP": "North Korea;Северная Корея;КНДР",
    "KR": "South Korea;Южная Корея",
    "CN": "КНР;PRC",
    "RU": "Russian Federation;Российская Федерация;РФ",
    "TR": "Turkey;Türkiye",
}  # fmt: skip
"""Names that CLDR does not give, or not in the form that is usual."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What a name may mean."""

    kind: Kind
    name: str
    """In English."""
    field: Field
    doubtful: bool = False
    """By this name alone somebody or something else may be meant."""


class Names(Protocol):
    def meant(self, name: str, kinds: Iterable[Kind]) -> tuple[Meant, ...]:
        """Everything of these kinds that is called exactly so, in any language, case and accents aside."""
        ...

    def is_country(self, code: str) -> bool: ...

    def numbered(self, wikidata: str) -> tuple[Meant, ...]:
        """What has this number at Wikidata."""
        ...

    def spelled(self, name: str, meant: Iterable[Meant]) -> tuple[str, ...]:
        """How else these are called, in any language; family names only, if the name is one."""
        ...


@dataclass(frozen=True)
class KnownNames:
    """The names of our tables, and of the sources that are known."""

    sources: Sources = NONE

    def meant(self, name: str, kinds: Iterable[Kind]) -> tuple[Meant, ...]:
        key, wanted = _key(name), frozenset(kinds)
        found = (*_by_name().get(key, ()), *self._outlets.get(key, ()))
        return tuple(dict.fromkeys(meant for meant in found if meant.kind in wanted))

    def is_country(self, code: str) -> bool:
        return code in _countries()

    def numbered(self, wikidata: str) -> tuple[Meant, ...]:
        return tuple(_known(each) for each in by_id().values() if each.wikidata == wikidata)

    def spelled(self, name: str, meant: Iterable[Meant]) -> tuple[str, ...]:
        key = _key(name)
        family = key in _families()
        found = dict.fromkeys(said for each in meant for said in _spellings().get(each.field, ()))
        chosen = dict.fromkeys(said.split()[-1] for said in found) if family else found
        return tuple({_key(said): said for said in chosen if is_telling(said)}.values())

    @cached_property
    def _outlets(self) -> Mapping[str, list[Meant]]:
        found = defaultdict[str, list[Meant]](list)
        for source in self.sources:
            if source.name:
                found[_key(source.name)].append(Meant("outlet", source.name, Field("source", source.domain)))
        return found


def is_telling(name: str) -> bool:
    """Whether a bare word or phrase is long enough to mean what it names."""
    return len(name) >= LEAST_LETTERS or all(map(unspaced, name))


@cache
def _by_name() -> Mapping[str, tuple[Meant, ...]]:
    found = defaultdict[str, dict[Meant, None]](dict)
    for code, name, said in _country_names():
        found[_key(said)][Meant("country", name, Field("country", code))] = None
    for each in (*people(), *organisations()):
        for _, said in each.names:
            found[_key(said)][_known(each)] = None
    families = _families()
    for key, meant in _city_names():
        taken = key in families or any(other.kind in ("person", "country") for other in found.get(key, ()))
        found[key][replace(meant, doubtful=meant.doubtful or taken)] = None
    for family, bearers in families.items():
        for meant in bearers if len(bearers) <= MOST_BEARERS else ():
            found[family][meant] = None
    return {key: tuple(meanings) for key, meanings in found.items() if key}


@cache
def _spellings() -> Mapping[Field, tuple[str, ...]]:
    """By what is meant, all its names."""
    found = defaultdict[Field, dict[str, None]](dict)
    for code, _, said in _country_names():
        found[Field("country", code)][said] = None
    for each in (*people(), *organisations()):
        found[_known(each).field] |= dict.fromkeys(said for _, said in each.names)
    for city in cities(_LANGUAGES.split()):
        sure = (said for said, doubtful in city.names if not doubtful)
        found[Field("entity", f"geo_{city.number}")] |= dict.fromkeys(sure)
    return {field: tuple(names) for field, names in found.items()}


@cache
def _families() -> Mapping[str, dict[Meant, None]]:
    found = defaultdict[str, dict[Meant, None]](dict)
    for each in people():
        for _, said in each.names:
            if len(parts := said.split()) > 1 and is_telling(parts[-1]):
                found[_key(parts[-1])][_known(each)] = None
    return found


def _city_names() -> Iterator[tuple[str, Meant]]:
    for city in cities(_LANGUAGES.split()):
        field = Field("entity", f"geo_{city.number}")
        yield from ((_key(said), Meant("city", city.name, field, doubtful)) for said, doubtful in city.names)


def _known(each: Known) -> Meant:
    kind: Kind = "person" if each.id.startswith("person_") else "organisation"
    return Meant(kind, each.name, Field("entity", each.id))


def _country_names() -> Iterator[tuple[str, str, str]]:
    """Code, English name, and one of its names."""
    english = _countries()
    for language in _LANGUAGES.split():
        territories = Locale.parse(language).territories
        yield from ((code, english[code], territories[code]) for code in english if code in territories)
    for code, others in _ALSO.items():
        yield from ((code, english[code], said) for said in others.split(";"))


@cache
def _countries() -> Mapping[str, str]:
    unwanted = ("EU", "EZ", "UN", "QO", "XA", "XB", "ZZ")
    territories = Locale.parse("en").territories
    return {
        code: name for code, name in territories.items() if len(code) == 2 and code.isalpha() and code not in unwanted
    }


def _key(name: str) -> str:
    """Words without case and accents; runs of unspaced script as they are."""
    return " ".join(words(name))
