"""Mentions: a text and the gazetteer of its language in; where entries of the gazetteer stand in it out.

The longest entry at a place wins. What an entry means (which city of that name, the state or the country) is
settled later, when all mentions are known.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from consumers.enrich.places import forms
from consumers.enrich.places.gazetteer import Gazetteer
from consumers.enrich.places.listing import Entry
from consumers.enrich.places.locatives import Stands, before, stands
from service.text import Token, tokens
from service.text.reading import Reading, read

_BEFORE_NAMES = (
    "mr mrs ms miss dr sir herr frau hr fru señor señora sr sra don doña signor signora sig mme madame monsieur "
    "pan pani paní pana panem gospod gospa gospodin gospođa пан пані спадар спадарыня господин госпожа "
    "господар г-н г-жа gospodas ponas ponia"
)
HONORIFICS = frozenset(_BEFORE_NAMES.split())
"""Behind these stands a person's name."""


@dataclass(frozen=True, slots=True)
class Mention:
    """Entries at one place, and how they stand there."""

    entries: tuple[Entry, ...]
    """Readings of one length, the likeliest kind first: one country, a country and a state, cities of one name."""
    written: str
    """The first word as it is compared."""
    start: int
    end: int
    opens: bool
    """It opens a sentence, so that its capital says nothing."""
    stands: Stands
    after: tuple[str, ...]
    """The two words before it in the same sentence, the nearer first."""
    alone: bool
    """No word follows in the same phrase."""
    named: bool
    """It may be part of a longer name: "Jack London", "Vladimir Petrov"."""


def mentions(text: str, names: Gazetteer) -> Iterator[Mention]:
    """In the order of the text; overlapping ones never."""
    shouted = text.isupper() and len(tokens(text)) > 1
    until = 0
    for near, at, entries in _beginnings(read(text), names):
        if near[at].start < until:
            continue
        fitting = [e for e in entries if not (shouted and e.acronym) and _fits(e, near, at, text, names.language)]
        if not fitting:
            continue
        length = _length(fitting[0], near, at)
        until = near[at + length].start if at + length < len(near) else len(text)
        if fitting[0].kind != "blocker":
            yield _mention(text, near[max(0, at - 2) : at + length + 1], min(at, 2), length, names, fitting)


def _beginnings(reading: Reading, names: Gazetteer) -> Iterator[tuple[Sequence[Token], int, Sequence[Entry]]]:
    """Words that may begin an entry, each as its place among those near it, and the entries."""
    words = reading.words
    for chunk in names.begins.telling(reading.chunks):
        for at, word in enumerate(words.within(chunk)):
            if not (beginning := names.beginning(reading.text[word.start : word.end])):
                continue
            if entries := beginning.before(words.following(chunk, at) if beginning.longer else ""):
                longest = max(entry.length for entry in entries)
                yield *words.near(chunk, at, 2, longest + 1), entries


def _mention(
    text: str, near: Sequence[Token], at: int, length: int, names: Gazetteer, fitting: Sequence[Entry]
) -> Mention:
    best, token = fitting[0], near[at]
    start = token.start
    end = start + len(best.literal) if best.literal else near[at + length - 1].end
    after = before(text, near, at)
    opens = _opens(text, token)
    return Mention(
        entries=tuple(e for e in fitting if e.length == best.length and e.kind != "blocker"),
        written=token.word,
        start=start,
        end=end,
        opens=opens,
        stands=stands(text[start:end], after, (text[max(0, start - 3) : start], text[end : end + 4]), names.language),
        after=after,
        alone=not text[end : end + 2].strip() or not text[end : end + 2][:1].isspace(),
        named=_part_of_a_name(best, text, near, at, opens),
    )


def _fits(entry: Entry, words: Sequence[Token], at: int, text: str, language: str) -> bool:
    if entry.literal:
        return text.startswith(entry.literal, words[at].start)
    if entry.rest:
        following = words[at + 1 : at + entry.words]
        return len(following) == len(entry.rest) and all(
            _is(token.word, forms_of, entry.tail) for token, forms_of in zip(following, entry.rest, strict=True)
        )
    if entry.doubtful == "name":
        return not _beside_a_name(text, words, at)
    if entry.kind == "people":
        return not _person_of_that_name(text, words, at, language)
    return True


def _is(word: str, forms_of: frozenset[str], tail: int) -> bool:
    if word in forms_of:
        return True
    return tail > 0 and any(
        word.startswith(form[:-1] if len(form) > 4 else form) and len(word) <= len(form) + tail for form in forms_of
    )


def _beside_a_name(text: str, words: Sequence[Token], at: int) -> bool:
    """Another word with a capital stands right before it or behind it: "Michael Jordan", "Georgia Smith"."""
    behind = _capital(text, words, at + 1) and text[words[at].end : words[at + 1].start] == " "
    return behind or (
        _capital(text, words, at - 1)
        and text[words[at - 1].end : words[at].start] == " "
        and not _opens(text, words[at])
    )


def _person_of_that_name(text: str, words: Sequence[Token], at: int, language: str) -> bool:
    """Mr Turk, Herr Schweizer; where people are written small, a capital makes a surname."""
    if not _capital(text, words, at) or not at:
        return False
    if words[at - 1].word in HONORIFICS:
        return True
    if _opens(text, words[at]):
        return False
    if language in forms.SMALL_PEOPLE:
        return not text[words[at].start : words[at].end].isupper()
    joined = text[words[at - 1].end : words[at].start] == " "
    return joined and _capital(text, words, at - 1) and not _opens(text, words[at - 1])


def _length(entry: Entry, words: Sequence[Token], at: int) -> int:
    """Words covered: where there are no blanks, those that begin before its end."""
    if not entry.literal:
        return entry.words
    end = words[at].start + len(entry.literal)
    length = 1
    while at + length < len(words) and words[at + length].start < end:
        length += 1
    return length


def _part_of_a_name(entry: Entry, text: str, words: Sequence[Token], at: int, opens: bool) -> bool:
    token = words[at]
    if at and text[token.start - 1] == "-" and words[at - 1].end == token.start - 1:
        return True
    if at and words[at - 1].word in HONORIFICS:
        return True
    following = at + entry.words
    before = at > 1 and _capital(text, words, at - 1) and not _opens(text, words[at - 1])
    joined = before and text[words[at - 1].end : token.start] == " "
    after = _capital(text, words, following) and text[words[following - 1].end : words[following].start] == " "
    return (joined and not opens) or (after and entry.words == 1 and entry.fame != "famous")


def _capital(text: str, words: Sequence[Token], at: int) -> bool:
    return 0 <= at < len(words) and text[words[at].start].isupper()


def _opens(text: str, token: Token) -> bool:
    preceding = text[max(0, token.start - 3) : token.start].rstrip(" \"'«„“(—–-")
    return not preceding or preceding[-1] in ".!?…:\n" or token.start == 0
