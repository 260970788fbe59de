"""Numbers, amounts and dates in a row of words: pieces in, terms out, in one written form each.

"1,300", "1 300", "1300" and "thirteen hundred" are the same number; "52 thousand" is one number, not two; a
weekday or a month counts as a number too. A year, a time or a version keeps the form it has.
"""

import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError

from service.text.numerals import FACTOR, JOINTS, numerals
from service.text.pieces import Piece
from service.text.stems import STEMMED, stem
from service.text.words import fold

UNITS = frozenset("%‰$€£¥₴₽₪₹₺₩₸")
"""Signs that make another amount of the same number."""
LONGEST = 15
"""Digits; what is longer is an identifier."""
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:([.,])\d{3})(?:\1\d{3})*")
_DECIMAL = re.compile(r"(\d+(?:[.,]\d{3})*)[.,](\d+)")
_CAPITAL = ("en", "de")
"""Languages that write weekdays and months with a capital, so that "may" and "march" are none."""


_DECIMAL_COMMA = frozenset(("be", "bg", "cs", "de", "fr", "it", "lt", "pl", "pt", "ru", "sk", "sl", "uk"))
"""Languages that never part thousands by a comma."""


class Term(NamedTuple):
    """A word or a number: `text` as written, `key` in the form in which it is compared."""

    key: str
    text: str
    number: bool
    at: int


def terms(text: str, found: Sequence[Piece], language: str) -> list[Term]:
    """The words and numbers among the pieces of a text, in their order; other signs are left out."""
    words = [piece for piece in found if piece.key and (text[piece.at].isalnum() or text[piece.at] in UNITS)]
    read: list[Term] = []
    n = 0
    while n < len(words):
        term, used = number_at(text, words, n, language) or (_word(text, words[n], language), 1)
        read.append(term)
        n += used
    return read


def _word(text: str, piece: Piece, language: str) -> Term:
    written = text[piece.at : piece.end]
    if written in UNITS:
        return Term(written, written, True, piece.at)
    date = _dates(language).get(_form(written, language))
    if date and (language not in _CAPITAL or written[0].isupper()):
        return Term(date, written, True, piece.at)
    return Term(piece.key, written, False, piece.at)


def number_at(text: str, words: Sequence[Piece], n: int, language: str) -> tuple[Term, int] | None:
    """The number that begins there, and of how many words it is made; None if there is none."""
    first = text[words[n].at : words[n].end]
    if first[0].isdecimal():
        value, used = _digits(text, words, n, language)
    elif words[n].key in numerals(language):
        value, used = _spelled(text, words, n, language)
    else:
        return None
    while isinstance(value, Decimal) and (factor := _factor(words, n + used, language)):
        value, used = value * factor, used + 1
    key = f"{value.normalize():f}" if isinstance(value, Decimal) else value
    end = words[n + used - 1].end
    return Term(f"#{key}", text[words[n].at : end], True, words[n].at), used


def _factor(words: Sequence[Piece], n: int, language: str) -> int:
    value = numerals(language).get(words[n].key, 0) if n < len(words) else 0
    return value if value >= FACTOR else 0


def _digits(text: str, words: Sequence[Piece], n: int, language: str) -> tuple[Decimal | str, int]:
    """Of digits, with groups of three that stand apart ("1 300")."""
    written, used = _ascii(text[words[n].at : words[n].end]), 1
    if len(written) <= 3 and written.isdigit() and written[0] != "0":
        while n + used < len(words) and _is_group(text, words[n + used - 1], words[n + used]):
            written += _ascii(text[words[n + used].at : words[n + used].end])
            used += 1
    return _value(written, language), used


def _is_group(text: str, last: Piece, piece: Piece) -> bool:
    written = text[piece.at : piece.end]
    between = text[last.end : piece.at]
    apart = between in ("'", "’") or (between.isspace() and "\n" not in between)
    return len(written) == 3 and written.isdecimal() and apart


def _value(written: str, language: str) -> Decimal | str:
    """What cannot be read as one number (a time, a date, a version) stays as it is written."""
    if (grouped := _GROUPED.fullmatch(written)) and not _is_decimal(written, grouped[1], language):
        return Decimal(re.sub("[.,]", "", written))
    if written.isdigit():
        return Decimal(written) if len(written) <= LONGEST else written
    if (parts := _DECIMAL.fullmatch(written)) and len(written) <= LONGEST:
        return Decimal(f"{re.sub('[.,]', '', parts[1])}.{parts[2]}")
    return written


def _is_decimal(written: str, sign: str, language: str) -> bool:
    """Whether one group of three is a fraction there: "2,125" in German, "2.125" in English."""
    return written.count(sign) == 1 and (language == "en" if sign == "." else language in _DECIMAL_COMMA)


def _ascii(written: str) -> str:
    return written if written.isascii() else "".join(_digit(sign) for sign in written)


def _digit(sign: str) -> str:
    return str(unicodedata.decimal(sign)) if sign.isdecimal() else sign


def _spelled(text: str, words: Sequence[Piece], n: int, language: str) -> tuple[Decimal, int]:
    """Of number words in a row: tens and ones add up, hundreds and thousands multiply what is before them."""
    known, joints = numerals(language), JOINTS.get(language, set())
    whole, part, used, counted = 0, 0, 0, 0
    while n + used < len(words):
        key = words[n + used].key
        if key not in known or (counted and not _close(text, words[n + used - 1], words[n + used])):
            if not (counted == used and key in joints):
                break
        elif counted and not _goes_on(part, known[key]):
            break
        else:
            whole, part = _added(whole, part, known[key], language)
            counted = used + 1
        used += 1
    return Decimal(whole + part), counted


def _close(text: str, last: Piece, piece: Piece) -> bool:
    """Nothing but a blank or a hyphen between them: a comma ends a number."""
    return text[last.end : piece.at].strip(" \u00a0-\u2010\u2011") == ""


def _goes_on(part: int, value: int) -> bool:
    """Two numbers that stand side by side are not one: "five six"."""
    return value >= 100 or part == 0 or part % 100 == 0 or (part % 10 == 0 and value < 10) or part in (4, 60, 80)


def _added(whole: int, part: int, value: int, language: str) -> tuple[int, int]:
    if value >= FACTOR:
        return whole + (part or 1) * value, 0
    if value == 100 and part:
        return whole, part * 100
    if language == "fr" and part % 100 == 4 and value == 20:  # quatre-vingts
        return whole, part + 76
    return whole, part + value


@cache
def _dates(language: str) -> dict[str, str]:
    """Weekdays and months by form: "day 0" is Monday, "month 1" January."""
    try:
        locale = Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return {}
    names = [(f"day {n}", name) for kind in locale.days.values() for n, name in kind["wide"].items()]
    names += [(f"month {n}", name) for kind in locale.months.values() for n, name in kind["wide"].items()]
    return {_form(name, language): key for key, name in names if name.isalpha() and len(name) > 2}


def _form(written: str, language: str) -> str:
    """The stem where it is long enough to tell one from another."""
    found = stem(written, language) if language in STEMMED else ""
    return found if len(found) >= 4 else fold(written)
