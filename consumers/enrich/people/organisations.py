"""Organisations: a text and its language in, where organisations stand in it out.

Known ones (`service.people`) by name or acronym in any case; others by a legal form ("Vega GmbH"), a word that
such names have ("Harbour Office"), quotation marks behind one («Вясна»), or an acronym that the text explains.
"""

import functools
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from consumers.enrich.people.acronyms import explained
from service.people import Known, organisations
from service.people.known import without_capitals
from service.people.naming import organisation_id
from service.text import fold

FOLLOWING = 8
"""Words that a name may have."""
_TABLE = Path(__file__).parents[1] / "data" / "organisation_words.txt"
_INFLECTED = frozenset(("be", "bg", "bs", "cs", "de", "hr", "lt", "lv", "mk", "pl", "ru", "sk", "sl", "sr", "uk"))
_LETTERS = r"[^\W\d_]"
_BEGINNING = re.compile(r"(?<![\w'’-])[^\W\d_a-zа-яіўїєґёà-öø-ÿąćęłńóśźżčďěňřšťůž]\w*(?:['’-]\w+)*")
_NEXT = re.compile(r"[ \u00a0]([\w'’ʼ-]+)")
_LEGAL = re.compile(
    r"(?<=[ \u00a0])(?:GmbH|AG|SE|KG|Inc|Ltd|LLC|PLC|plc|Corp|S\.A\.|SA|SAS|S\.p\.A\.|SpA|S\.r\.l\.|a\.s\.|s\.r\.o\.|"
    r"[sS]p\. z o\.o\.|UAB|AB|Oyj|N\.V\.|B\.V\.|d\.o\.o\.)(?!\w)"
)
_CAPITALS = re.compile(r"(?<!\w)(?:[A-ZÀ-ÞĀ-Ž][\w&'’-]*[ \u00a0]){1,4}\Z")
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


@dataclass(frozen=True, slots=True)
class Found:
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
    by_beginning = _names(language)
    shouted = text.isupper()
    for match in _BEGINNING.finditer(text):
        word = match[0]
        for name in by_beginning.get(fold(word)[:3], ()):
            end = name.end(text, match.start(), word)
            if end and not (shouted and name.acronym):
                yield Found(match.start(), end, name.known.id, text[match.start() : end], name.known.country)
                break
    for written, known in without_capitals().get(language, ()) if not text.isascii() else ():
        for match in re.finditer(re.escape(written), text) if known.id.startswith("org_") else ():
            yield Found(match.start(), match.end(), known.id, written, known.country)


def _by_form(text: str, language: str) -> Iterator[Found]:
    for match in _LEGAL.finditer(text):
        if named := _CAPITALS.search(text[max(0, match.start() - MOST_BACK) : match.start()]):
            name = named[0].strip(" \u00a0,")
            yield Found(match.start() - len(named[0]), match.end(), organisation_id(name), name)
    for match in _LEGAL_FIRST.finditer(text) if not text.isascii() else ():
        yield Found(match.start(), match.end(), organisation_id(match[1]), match[1])
    for match in _QUOTED.finditer(text):
        head = _HEAD.search(text[max(0, match.start() - MOST_BACK) : match.start()])
        if head and _listed("small", language, head[1]) and len(match[1].split()) <= 5:
            yield Found(match.start(1), match.end(1), organisation_id(match[1]), match[1])


def _in_small_letters(text: str, language: str) -> Iterator[Found]:
    """«Следственный комитет Беларуси»: only the first word has a capital."""
    if language not in _small_languages():
        return
    for match in _BEGINNING.finditer(text):
        second = _ADJECTIVE.search(match[0]) and _SECOND.match(text, match.end())
        if second and second[1].islower() and _listed("small", language, second[1]) and not _opens(text, match.start()):
            name = text[match.start() : second.end()]
            yield Found(match.start(), second.end(), organisation_id(name), name)


def _opens(text: str, start: int) -> bool:
    before = text[max(0, start - 3) : start].rstrip(" \u00a0\"'«„“(—–-")
    return start == 0 or before[-1:] in ("", ".", "!", "?", "…", ":", "\n")


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a form in which texts in one language may have it."""

    known: Known
    words: tuple[str, ...]
    """Folded; in languages with cases, stems."""
    tail: int
    """Letters that may follow each stem."""
    acronym: str
    """As it must be written; "" for what is no acronym."""

    def end(self, text: str, start: int, first: str) -> int:
        """Where the name ends that begins here; 0 if it does not."""
        if self.acronym:
            rest = first.removeprefix(self.acronym)
            return start + len(self.acronym) if len(rest) < len(first) and rest[:1] in ("", "-", "'", "’") else 0
        if not self._fits(first, self.words[0]):
            return 0
        at = start + len(first)
        for word in self.words[1:]:
            following = _NEXT.match(text, at)
            if following is None or not self._fits(following[1], word):
                return 0
            at = following.end()
        return at

    def _fits(self, written: str, word: str) -> bool:
        folded = fold(written).removesuffix("'s")
        return folded == word or (self.tail > 0 and folded.startswith(word) and len(folded) <= len(word) + self.tail)


@functools.cache
def _names(language: str) -> Mapping[str, tuple[Name, ...]]:
    """By the first three letters; the longest first."""
    found = defaultdict[str, dict[Name, None]](dict)
    for known in organisations():
        for code, written in known.names:
            if code in (language, "en"):
                name = _name(known, written, language if code == language else "en")
                found[fold(written)[:3]][name] = None
    return {key: tuple(sorted(names, key=lambda name: -len(name.words))) for key, names in found.items()}


def _name(known: Known, written: str, language: str) -> Name:
    if " " not in written and sum(letter.isupper() for letter in written) > 1:
        return Name(known, (fold(written),), 0, written)
    words = tuple(map(fold, written.split()[:FOLLOWING]))
    if language not in _INFLECTED:
        return Name(known, words, 0, "")
    if len(words) == 1:
        return Name(known, (words[0].rstrip("aeoуюаяьйеоі"),), 3, "")
    return Name(known, tuple(word if len(word) < 4 else word[: max(3, len(word) - 2)] for word in words), 5, "")


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
