"""Organisations: a text and its language in, where organisations stand in it out.

Known ones (`service.people`) by name or acronym in any case; others by a legal form ("Vega GmbH"), a word that
such names have ("Harbour Office"), quotation marks behind one («Вясна»), or an acronym that the text explains.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from consumers.enrich.people.acronyms import explained
from consumers.enrich.people.listed import BEGINNING, SMALL, beginnings
from service.people.known import without_capitals
from service.people.naming import organisation_id
from service.text import fold
from service.text.capitals import CAPITALS
from service.text.reading import Rule, read

_TABLE = Path(__file__).parents[1] / "data" / "organisation_words.txt"
_LETTERS = r"[^\W\d_]"
_LEGAL = re.compile(
    r"(?<=[ \u00a0])(?:GmbH|AG|SE|KG|Inc|Ltd|LLC|PLC|plc|Corp|S\.A\.|SA|SAS|S\.p\.A\.|SpA|S\.r\.l\.|a\.s\.|s\.r\.o\.|"
    r"[sS]p\. z o\.o\.|UAB|AB|Oyj|N\.V\.|B\.V\.|d\.o\.o\.)(?!\w)"
)
_LEGAL_BEGINS = "GmbH AG SE KG Inc Ltd LLC PLC plc Corp S. SA SpA a.s s.r sp. Sp. UAB AB Oyj N.V B.V d.o"
_LEGAL_BEGINNINGS = tuple(_LEGAL_BEGINS.split(" "))
_LEGAL_INSIDE = re.compile("\u00a0|ООО|ОАО|ЗАО|ПАО|АО|ААТ|ТАА|ЗАТ|ТОВ|ПрАТ|ПАТ|ТДВ|АТ")
"""What chunks with a legal form begin with, or have in them."""
_CAPITALS = re.compile(rf"(?<!\w)(?:[{CAPITALS}][\w&'’-]*[ \u00a0]){{1,4}}\Z")
_LEGAL_FIRST = re.compile(
    r"(?<!\w)(?:ООО|ОАО|ЗАО|ПАО|АО|ААТ|ТАА|ЗАТ|ТОВ|ПрАТ|ПАТ|ТДВ|UAB|АТ)[ \u00a0]?[«\"„“]([^«»\"„“”\n]{2,50})[»\"“”]"
)
_QUOTED = re.compile(r"[«„“\"]([^\W\d_a-zа-яіўїєґё][^«»„“”\"\n]{1,48})[»“”\"]")
_HEAD = re.compile(r"(?<![\w-])([^\W\d_]{3,20})[ \u00a0]\Z")
MOST_BACK = 80
"""Characters before a legal form or a quoted name that are looked at."""
_SECOND = re.compile(rf"[ \u00a0]({_LETTERS}+)(?:[ \u00a0]([^\W\d_a-zа-яіўїєґё]{_LETTERS}+))?")
_ADJECTIVE = re.compile(
    r"(ый|ий|ой|ая|яя|ое|ее|ого|его|ому|ему|ым|им|ом|ем|ую|юю|ы|і|ага|яга|аму|яму|ай|яй|ае|яе|а|є|е|у|ої|ій)$"
)


class Found(msgspec.Struct, frozen=True):
    """An organisation at its place."""

    start: int
    end: int
    id: str
    name: str
    """As written; of an acronym that the text explains, in full."""
    country: str = ""


def organisations_in(text: str, language: str) -> list[Found]:
    """In the order of the text; none inside another."""
    told = [Found(start, end, organisation_id(name), name) for start, end, name in explained(text)]
    every = [*_known(text, language), *_by_form(text, language), *told, *_in_small_letters(text, language)]
    found: list[Found] = []
    for each in sorted(every, key=_place):
        if not found or each.start >= found[-1].end:
            found.append(each)
    return found


def _place(found: Found) -> tuple[int, int]:
    """Of two that begin together the longer one comes first, and of those one that is known."""
    return found.start, -found.end


def is_organisation(words: tuple[str, ...], language: str) -> bool:
    """Whether one of the words is of those that names of organisations have; of two words or more."""
    return len(words) > 1 and any(_listed("head", code, word) for code in {"en", language} for word in words)


def _known(text: str, language: str) -> Iterator[Found]:
    reading = read(text)
    shouted = text.isupper()
    for first, begun in zip(reading.starts, beginnings(language).over(reading.chunks), strict=False):
        for at, word, names in begun:
            start = first + at
            for name in names:
                end = name.end(text, start, word)
                if end and not (shouted and name.acronym):
                    yield Found(start, end, name.known.id, text[start:end], name.known.country)
                    break
    for written, known in without_capitals().get(language, ()) if not text.isascii() else ():
        for match in re.finditer(re.escape(written), text) if known.id.startswith("org_") else ():
            yield Found(match.start(), match.end(), known.id, written, known.country)


def _by_form(text: str, language: str) -> Iterator[Found]:
    chunks = read(text).chunks
    legal = _HAS_LEGAL.telling(chunks)
    for match in _LEGAL.finditer(text) if legal else ():
        if named := _CAPITALS.search(text[max(0, match.start() - MOST_BACK) : match.start()]):
            name = named[0].strip(" \u00a0,")
            yield Found(match.start() - len(named[0]), match.end(), organisation_id(name), name)
    for match in _LEGAL_FIRST.finditer(text) if legal and not text.isascii() else ():
        yield Found(match.start(), match.end(), organisation_id(match[1]), match[1])
    for match in _QUOTED.finditer(text):
        head = _HEAD.search(text[max(0, match.start() - MOST_BACK) : match.start()])
        if head and _listed("small", language, head[1]) and len(match[1].split()) <= 5:
            yield Found(match.start(1), match.end(1), organisation_id(match[1]), match[1])


def _in_small_letters(text: str, language: str) -> Iterator[Found]:
    """«Следственный комитет Беларуси»: only the first word has a capital."""
    if language not in _small_languages():
        return
    reading = read(text)
    for chunk in _ADJECTIVES.telling(reading.chunks):
        for match in BEGINNING.finditer(text, reading.starts[chunk], reading.starts[chunk + 1] - 1):
            second = _ADJECTIVE.search(match[0]) and _SECOND.match(text, match.end())
            listed = second and second[1].islower() and _listed("small", language, second[1])
            if second and listed and not _opens(text, match.start()):
                name = text[match.start() : second.end()]
                yield Found(match.start(), second.end(), organisation_id(name), name)


def _has_adjective(chunk: str) -> bool:
    return not SMALL.fullmatch(chunk) and any(_ADJECTIVE.search(match[0]) for match in BEGINNING.finditer(chunk))


def _has_legal(chunk: str) -> bool:
    return chunk.startswith(_LEGAL_BEGINNINGS) or (not chunk.isascii() and _LEGAL_INSIDE.search(chunk) is not None)


_ADJECTIVES, _HAS_LEGAL = Rule(_has_adjective), Rule(_has_legal)


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \u00a0\"'«„“(—–-")
    return start == 0 or before[-1:] in ("", ".", "!", "?", "…", ":", "\n")


@functools.cache
def _small_languages() -> frozenset[str]:
    return frozenset(code for kind, code in _words() if kind == "small")


@functools.lru_cache(65_536)
def _listed(kind: str, language: str, word: str) -> bool:
    whole, stems = _words().get((kind, language), (frozenset(), ()))
    folded = fold(word)
    return folded in whole or any(folded.startswith(stem) and len(folded) <= len(stem) + 4 for stem in stems)


@functools.cache
def _words() -> Mapping[tuple[str, str], tuple[frozenset[str], tuple[str, ...]]]:
    """By kind and language: whole words, and stems."""
    found = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            kind, code, *words = line.split()
            whole = frozenset(fold(word) for word in words if not word.endswith("*"))
            found[kind, code] = whole, tuple(fold(word[:-1]) for word in words if word.endswith("*"))
    return found
