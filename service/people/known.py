"""Known people and organisations: our own tables of bare facts in, entries out, and who is meant by a name.

`data/people.tsv` and `data/organisations.tsv`: id, country, what they are known as, Wikidata id where it is
certain, name, and names in other languages.
"""

import functools
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from service.people.compare import same_person
from service.people.sounds import name_keys

_FOLDER = Path(__file__).parent / "data"
_NO_CAPITALS = frozenset(("ar", "fa", "he", "hi", "ja", "ka", "ko", "zh"))


@dataclass(frozen=True, slots=True)
class Known:
    """One line of a table."""

    id: str
    country: str
    """ISO 3166-1; "" for what is international."""
    what: str
    wikidata: str
    name: str
    """In English."""
    names: tuple[tuple[str, str], ...]
    """Every name with its language, the English one first."""


def known_person(name: str, language: str) -> Known | None:
    """Who is meant by a full name; None if nobody, or one of several."""
    by_keys = _people_by_key()
    found = dict.fromkeys(entry for key in name_keys(name, language) for entry in by_keys.get(key, ()))
    meant = [entry for entry in found if any(same_person(name, language, other, code) for code, other in entry.names)]
    return meant[0] if len(meant) == 1 else None


@functools.cache
def people() -> tuple[Known, ...]:
    return tuple(_read("people.tsv"))


@functools.cache
def organisations() -> tuple[Known, ...]:
    return tuple(_read("organisations.tsv"))


@functools.cache
def by_id() -> Mapping[str, Known]:
    return {entry.id: entry for entry in (*people(), *organisations())}


@functools.cache
def without_capitals() -> Mapping[str, tuple[tuple[str, Known], ...]]:
    """People's names in the languages in which capitals do not show them, longest first."""
    found = defaultdict[str, list[tuple[str, Known]]](list)
    for entry in (*people(), *organisations()):
        for code, name in entry.names:
            if code in _NO_CAPITALS:
                found[code].append((name, entry))
    return {code: tuple(sorted(names, key=lambda pair: -len(pair[0]))) for code, names in found.items()}


@functools.cache
def _people_by_key() -> Mapping[str, tuple[Known, ...]]:
    found = defaultdict[str, dict[Known, None]](dict)
    for entry in people():
        for code, name in entry.names:
            for key in name_keys(name, code):
                found[key][entry] = None
    return {key: tuple(entries) for key, entries in found.items() if " " in key}


def _read(name: str) -> Iterator[Known]:
    for line in (_FOLDER / name).read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, country, what, wikidata, english, others = line.split("\t")
            told = (("en", english), *_names(others))
            yield Known(code, country, what, wikidata, english, told)


def _names(written: str) -> Iterator[tuple[str, str]]:
    for of_language in filter(None, written.split(";")):
        code, _, names = of_language.partition("=")
        yield from ((code, name) for name in names.split(","))
