"""Figures: a text and its language in; its numbers with their units and what they count out.

Left out are numbers that count nothing: years, dates, times of day, ordinals, ranges, scores, telephone
numbers, and parts of names ("B-52"). What is counted is told by the form of the words behind the number.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from consumers.enrich.figures import counted
from consumers.enrich.figures.calendar import calendar
from consumers.enrich.figures.units import attached, bound, sign, unit
from service.messages import Figure
from service.text import fold
from service.text.figures import UNITS, number_at
from service.text.numerals import numerals
from service.text.pieces import Piece, pieces
from service.text.reading import Rule, read

NAME = "figures"
VERSION = "1"
MOST = 60
"""Of one text: a table of results must not swell the message."""
_WINDOW = 64
"""Characters from the number on in which it ends, and what it counts stands."""
_BEFORE = 24
_MOST_READ = 400
"""Numbers looked at; of a text of nothing but numbers no more need be known."""

_DIGITS = re.compile(r"\d+")
_WORDS = re.compile(r"\d+|[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_VALUE = re.compile(r"#(\d{1,18}(?:\.\d{1,9})?)")
_TIME = re.compile(r"(?:[01]?\d|2[0-3])[.:][0-5]\d")
_HOURS, _AT, _ORDINALS = (
    frozenset(line.split(","))
    for line in (
        "am,pm,a.m,p.m,uhr,h,hrs,godz,ч",
        "at,um,à,a,o,godz,godzinie,в,во,у,ў,о,об,ab,bis,gegen",
        "de,pl,cs,da,fi,hr,hu,lt,lv,nb,no,sk,sl,sr,et",
    )
)
"""What stands behind and before a time of day; languages that write ordinals with a full stop."""
_JOINED = frozenset("-–/_:+#№@&=")


def figures(text: str, language: str) -> tuple[Figure, ...]:
    """In the order of the text. `value` of "2.5 million" is "2500000"."""
    found: list[Figure] = []
    done = looked = 0
    for start in _beginnings(text, language):
        if start < done:
            continue
        looked += 1
        done, figure = _read(text, start, language)
        if figure:
            found.append(figure)
        if len(found) == MOST or looked == _MOST_READ:
            break
    return tuple(found)


def _beginnings(text: str, language: str) -> Iterator[int]:
    """Where digits and number words begin."""
    reading, rule = read(text), _numbers(language)
    for start, found in zip(reading.starts, rule.over(reading.chunks), strict=False):
        for place in found:
            yield start + place


@cache
def _numbers(language: str) -> Rule[tuple[int, ...]]:
    """Where in a chunk digits and number words begin."""
    known = numerals(language)
    pattern = _WORDS if known else _DIGITS

    def find(chunk: str) -> tuple[int, ...]:
        if chunk.isalpha():
            return (0,) if fold(chunk) in known else ()
        found = ((match.start(), match[0]) for match in pattern.finditer(chunk))
        return tuple(start for start, word in found if word[0].isdecimal() or fold(word) in known)

    return Rule(find)


def _read(text: str, at: int, language: str) -> tuple[int, Figure | None]:
    """Where the number that begins there ends, and what it says."""
    window = text[at : at + _WINDOW]
    words = [each for each in pieces(window) if each.key and (window[each.at].isalnum() or window[each.at] in UNITS)]
    term, used = number_at(window, words, 0, language) or (None, 1)
    end = words[used - 1].end
    value = _VALUE.fullmatch(term.key) if term else None
    if not value or _is_none(text, at, at + end, language):
        return at + end + _tail(window, end), None
    before = text[max(0, at - _BEFORE) : at]
    money = sign(before)
    number, used = attached(window, words, used, value[1], bool(money))
    code, used = (money, used) if money else unit(window, words, used, language)
    counts = "" if code else counted.counts(window, words, used, language)
    last = words[used - 1].end
    if not code and _says_nothing(window, words, used, counts, language):
        return at + last, None
    figure = Figure(value=number, unit=code, counts=counts, bound=bound(before, language), start=at, end=at + last)
    return at + last, figure


def _tail(window: str, end: int) -> int:
    """The rest of what is written in one with it: a score, a telephone number."""
    rest = re.match(r"(?:[-–/:.,]?\d)*", window[end:])
    return rest.end() if rest else 0


def _is_none(text: str, start: int, end: int, language: str) -> bool:
    """Whether what stands around the number makes it part of something else."""
    before, after = text[start - 1 : start], text[end : end + 2]
    if before in _JOINED or before.isalnum() or (before in (".", ",") and text[start - 2 : start - 1].isdecimal()):
        return True
    if after[:1] in _JOINED:
        return True
    written = text[start:end]
    if not written[0].isdecimal():
        return False
    last = _last_word(text, start)
    if _TIME.fullmatch(written) and last in _AT:
        return True
    if language == "en" and len(written) <= 2 and _is_month(last, language):
        return True
    if after == ". " and language in _ORDINALS and len(written) <= 2:
        return language == "de" or text[end + 2 : end + 3].islower()
    return _telephone(text, start)


def _telephone(text: str, start: int) -> bool:
    before = text[max(0, start - 8) : start]
    return bool(re.search(r"(?:\+\d+|\d[)-]|\)) ?$", before))


def _says_nothing(window: str, words: Sequence[Piece], used: int, counts: str, language: str) -> bool:
    """A year, a day of a month, an hour, an ordinal, or a number word that counts nothing."""
    written = window[: words[used - 1].end]
    after = [word.key for word in words[used : used + 2]] + ["", ""]
    behind = window[words[used - 1].end : words[used - 1].end + 1]
    if not written[0].isdecimal():
        return not counts or written.lower() in counted.ONES
    if behind.isalpha() or behind in ("º", "ª") or after[0] in _HOURS:
        return True
    if len(written) <= 2 and any(_is_month(key, language) for key in _month_place(after)):
        return True
    return len(written) == 4 and written.isdecimal() and "1900" <= written < "2100" and not counted.people(counts)


def _is_month(key: str, language: str) -> bool:
    meaning = calendar(language).names.get(key)
    return meaning is not None and meaning.kind == "month"


def _month_place(after: Sequence[str]) -> tuple[str, ...]:
    return (after[0], after[1]) if after[0] in ("de", "of") else (after[0],)


def _last_word(text: str, start: int) -> str:
    words = text[max(0, start - _BEFORE) : start].split()
    return fold(words[-1].rstrip(".,")) if words else ""
