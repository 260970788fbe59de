"""Dates that a text names: a text, its language and when it was published in, days, months and years out.

What the text leaves out (the year; which Monday) is told from when it was published, which is a day in UTC;
without that time such a mention is none. A weekday is the last one, unless words say that it is to come.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from consumers.enrich.figures.calendar import CAPITALS, Calendar, Meaning, calendar
from service.messages import DateMention
from service.text import Token, fold
from service.text.reading import Cut, Reading, Rule, Words, read

NAME = "dates"
VERSION = "1"
MOST = 60

_WORD = re.compile(r"\d+(?:[./-]\d+){0,3}|[^\W\d_]+(?:['’ʼ-][^\W\d_]+)?")
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
_NUMERIC = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})")
_MONTH_OF_YEAR = re.compile(r"(\d{1,2})[/.](\d{4})")
_JOINED = frozenset("+-–/_:")
_BETWEEN = frozenset(("de", "del", "of", "st", "nd", "rd", "th", "го", "й", "er", "º"))
_NOT_TOMORROW = frozenset(("la", "por", "esta", "de", "una", "esa", "am", "heute", "gestern", "guten", "jeden"))
_BEFORE, _BEHIND = 6, 6
"""Words around one that are looked at."""
_NEAR = 4
"""Words between a weekday and what tells that it is to come."""


class _Named(NamedTuple):
    iso: str
    start: int
    end: int


def dates(text: str, language: str, published: datetime | None) -> tuple[DateMention, ...]:
    """In the order of the text; each mention, though it be of the same day."""
    reading, day = read(text), published.date() if published else None
    words = Words(reading, _CUT)
    found: list[DateMention] = []
    until = 0
    for chunk, at, start in _beginnings(reading, words, language):
        if start < until:
            continue
        named = _Reader(text, language, day, words.near(chunk, at, _BEFORE, _BEHIND)).named()
        if named and named.start >= until:
            found.append(DateMention(date=named.iso, start=named.start, end=named.end))
            until = named.end
            if len(found) == MOST:
                break
    return tuple(found)


def _beginnings(reading: Reading, words: Words, language: str) -> Iterator[tuple[int, int, int]]:
    """Numbers and names of the calendar: their chunk, which of its words they are, and where they begin."""
    names = calendar(language).names
    for chunk in _telling(language).telling(reading.chunks):
        for at, word in enumerate(words.within(chunk)):
            if word.word[0].isdecimal() or word.word in names:
                yield chunk, at, word.start


@cache
def _telling(language: str) -> Rule[bool]:
    """Whether a chunk has digits or a name of the calendar."""
    names = calendar(language).names

    def tells(chunk: str) -> bool:
        if chunk.isalpha():
            return _key(chunk) in names
        return any(word.word[0].isdecimal() or word.word in names for word in _CUT.of(chunk))

    return Rule(tells)


class _Reader:
    """One word, with those around it."""

    def __init__(self, text: str, language: str, today: date | None, near: tuple[Sequence[Token], int]) -> None:
        self.text, self.language, self.today = text, language, today
        self.words, self._at = near
        self.known: Calendar = calendar(language)

    def named(self) -> _Named | None:
        return self.at(self._at)

    def at(self, at: int) -> _Named | None:
        word = self.words[at]
        if word.word[0].isdecimal():
            return self._digits(at)
        meaning = self.known.names.get(word.word)
        if not meaning:
            return None
        capital = self.text[word.start].isupper()
        if meaning.kind == "day":
            return self._day(at, meaning.number)
        if self.language in CAPITALS and not capital:
            return None
        return self._month(at, meaning.number) if meaning.kind == "month" else self._weekday(at, meaning.number)

    def _digits(self, at: int) -> _Named | None:
        word = self.words[at]
        if self._glued(word):
            return None
        iso = _numeric(word.word, self.language)
        if not iso and _is_year(word.word) and self._stands_as_year(at):
            iso = word.word
        return _Named(iso, word.start, word.end) if iso else None

    def _glued(self, word: Token) -> bool:
        """Part of something longer: a version, an address, a telephone number."""
        before, after = self.text[word.start - 1 : word.start], self.text[word.end : word.end + 1]
        return before.isalnum() or after.isalnum() or before in _JOINED or after in _JOINED

    def _stands_as_year(self, at: int) -> bool:
        before, after = self._key(at - 1), self._key(at + 1)
        return before in self.known.alone or after in self.known.year or before in self.known.year

    def _month(self, at: int, month: int) -> _Named | None:
        first, day = self._day_before(at)
        last = at
        if not day and self.language == "en":
            last, day = self._day_after(at)
        last, year = self._year_after(last)
        start, end = self.words[first if day else at].start, self.words[last].end
        if day:
            iso = _iso(year, month, day) if year else self._nearest(month, day)
        elif year:
            iso = f"{year}-{month:02}"
        else:
            iso = self._nearest(month, 0) if self._key(at - 1) in self.known.alone else ""
        return _Named(iso, start, end) if iso else None

    def _day_before(self, at: int) -> tuple[int, int]:
        first = at - 1
        while first > at - 3 and self._key(first) in _BETWEEN:
            first -= 1
        if self._is_day(first) and self._near(first, at):
            return first, int(self._key(first))
        return at, 0

    def _day_after(self, at: int) -> tuple[int, int]:
        if self._is_day(at + 1) and self._near(at, at + 1):
            last = at + 2 if self._key(at + 2) in _BETWEEN and self._touches(at + 1) else at + 1
            return last, int(self._key(at + 1))
        return at, 0

    def _year_after(self, at: int) -> tuple[int, int]:
        behind = at + 2 if self._key(at + 1) in ("de", "del") else at + 1
        if _is_year(self._key(behind)) and self._near(at, behind) and not self._glued(self.words[behind]):
            return behind, int(self._key(behind))
        return at, 0

    def _weekday(self, at: int, weekday: int) -> _Named | None:
        if self.today is None or any(self._opens_date(at + n) for n in (1, 2)):
            return None
        back = (self.today.weekday() - weekday) % 7
        ahead = (weekday - self.today.weekday()) % 7 or 7
        return self._counted(at, ahead if self._to_come(at) else -back)

    def _opens_date(self, at: int) -> bool:
        meaning = self.known.names.get(self._key(at), Meaning("", 0))
        return meaning.kind == "month" or (self._is_day(at) and self._near(at - 1, at))

    def _to_come(self, at: int) -> bool:
        if {self._key(at - 1), self._key(at + 1)} & self.known.coming:
            return True
        near = [*range(at - _NEAR, at), *(() if self.language == "en" else (at + 1,))]
        return any(self._key(n) in self.known.will for n in near)

    def _day(self, at: int, days: int) -> _Named | None:
        if days == 1 and (self.text[self.words[at].start].isupper() or self._key(at - 1) in _NOT_TOMORROW):
            return None
        return self._counted(at, days)

    def _counted(self, at: int, days: int) -> _Named | None:
        if self.today is None:
            return None
        word = self.words[at]
        return _Named((self.today + timedelta(days)).isoformat(), word.start, word.end)

    def _nearest(self, month: int, day: int) -> str:
        """In the year in which it is nearest to when the text was published."""
        if self.today is None:
            return ""
        known = [found for n in (-1, 0, 1) if (found := _date(self.today.year + n, month, day or 15))]
        today = self.today
        nearest = min(known, key=lambda found: abs(found - today), default=None)
        return "" if nearest is None else nearest.isoformat() if day else nearest.isoformat()[:7]

    def _key(self, at: int) -> str:
        return self.words[at].word if 0 <= at < len(self.words) else ""

    def _is_day(self, at: int) -> bool:
        key = self._key(at)
        return key.isdecimal() and len(key) <= 2 and 1 <= int(key) <= 31

    def _near(self, first: int, last: int) -> bool:
        between = self.text[self.words[first].end : self.words[last].start]
        return len(between) <= 10 and not set(between) & set("\n;:()!?")

    def _touches(self, at: int) -> bool:
        return self.words[at].end == self.words[at + 1].start


def _cut(chunk: str) -> tuple[Token, ...]:
    return tuple(Token(_key(match[0]), *match.span()) for match in _WORD.finditer(chunk))


_CUT = Cut(_cut)


def _key(written: str) -> str:
    folded = fold(written) or written
    return folded[2:] if folded.startswith("d'") else folded


def _is_year(key: str) -> bool:
    return len(key) == 4 and key.isdecimal() and 1900 <= int(key) < 2100


def _numeric(key: str, language: str) -> str:
    """Day first, but in English, where it must be plain which is the day."""
    if iso := _ISO.fullmatch(key):
        return _iso(int(iso[1]), int(iso[2]), int(iso[3]))
    if month := _MONTH_OF_YEAR.fullmatch(key):
        return f"{month[2]}-{int(month[1]):02}" if _is_year(month[2]) and 1 <= int(month[1]) <= 12 else ""
    if not (parts := _NUMERIC.fullmatch(key)):
        return ""
    day, month_, year = int(parts[1]), int(parts[3]), int(parts[4]) + (2000 if len(parts[4]) == 2 else 0)
    if parts[2] == "-" and len(parts[4]) == 2:
        return ""
    if language == "en" and parts[2] == "/" and day != month_:
        if max(day, month_) <= 12:
            return str(year)
        day, month_ = max(day, month_), min(day, month_)
    return _iso(year, month_, day)


def _iso(year: int, month: int, day: int) -> str:
    found = _date(year, month, day) if 1900 <= year < 2100 else None
    return found.isoformat() if found else ""


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
