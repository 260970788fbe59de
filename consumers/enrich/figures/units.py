"""What stands around a number: its unit, the sign of its currency, and whether it is the least or the most.

The words are in `data/units.txt` and `data/bounds.txt`.
"""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cache
from itertools import pairwise
from pathlib import Path

from service.messages import Bound
from service.text import fold
from service.text.pieces import Piece

_DATA = Path(__file__).parents[1] / "data"
_SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₽": "RUB", "₴": "UAH", "₪": "ILS", "₹": "INR", "₺": "TRY",
    "₩": "KRW", "₸": "KZT",
}  # fmt: skip
_DOLLARS = {"A": "AUD", "C": "CAD", "CA": "CAD", "AU": "AUD", "NZ": "NZD", "HK": "HKD", "S": "SGD", "R": "BRL"}
_BEFORE_DOLLAR = re.compile(r"(?<!\w)(AU?|CA?|NZ|HK|S|R)\$$")
_CODE = re.compile(r"(?<!\w)(EUR|USD|GBP|CHF|JPY|PLN|UAH|BYN|RUB|CZK|SEK|NOK|DKK) ?$")
_SHORT = {"m": 10**6, "mn": 10**6, "k": 1000, "b": 10**9, "tn": 10**12}
"""Factors that are written so behind an amount of money: "$5m"."""


def _units() -> dict[str, str]:
    found: dict[str, str] = {}
    for line in (_DATA / "units.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, _, forms = line.partition(":")
            found |= {_key(form): code for form in forms.split()}
    return found


def _key(form: str) -> str:
    return " ".join(fold(part) or part for part in form.split("_"))


_UNITS = _units()


def sign(before: str) -> str:
    """The currency that stands before a number, or ""."""
    before = before.rstrip(" \u00a0\u202f")
    if code := _CODE.search(before):
        return code[1]
    if dollars := _BEFORE_DOLLAR.search(before):
        return _DOLLARS[dollars[1]]
    return _SIGNS.get(before[-1:], "")


def attached(window: str, words: Sequence[Piece], used: int, value: str, money: bool) -> tuple[str, int]:
    """The value with the short factor that stands behind it, and how many words that makes."""
    follows = words[used] if used < len(words) else None
    if money and follows and follows.at == words[used - 1].end and (factor := _SHORT.get(follows.key)):
        return f"{(Decimal(value) * factor).normalize():f}", used + 1
    return value, used


def unit(window: str, words: Sequence[Piece], used: int, language: str) -> tuple[str, int]:
    """The unit that follows, and how many words it ends after: of two words, or one; "de" may stand before it."""
    if used < len(words) and words[used].key == "de" and (found := unit(window, words, used + 1, language))[0]:
        return found
    for length in (2, 1):
        following = words[used : used + length]
        if len(following) == length and _beside(window, words[used - 1 : used + length]):
            code = _UNITS.get(" ".join(word.key for word in following).removeprefix("d'"), "")
            if code:
                return _local(code, language), used + length
    return "", used


def _local(code: str, language: str) -> str:
    """A rouble is that of the country that writes in this language."""
    return "BYN" if (code, language) == ("RUB", "be") else code


def _beside(window: str, words: Sequence[Piece]) -> bool:
    """Nothing but blanks between them, and the full stop of an abbreviation ("3 Mio. Euro")."""
    for first, second in pairwise(words):
        gap = window[first.end : second.at]
        if not window[first.at].isdecimal():
            gap = gap.removeprefix(".")
        if len(gap) > 2 or gap.strip(" \u00a0\u202f\u2009"):
            return False
    return True


def bound(before: str, language: str) -> Bound:
    """What the words before a number make of it: "at least", "up to", "about"; "" for nothing."""
    before = " " + before.lower().rstrip(" \u00a0$€£¥₽₴")
    return next((kind for phrase, kind in _bounds().get(language, ()) if before.endswith(phrase)), "")


@cache
def _bounds() -> dict[str, list[tuple[str, Bound]]]:
    """The longer phrases before those that they end with."""
    kinds: dict[str, Bound] = {"least": "least", "most": "most", "about": "about"}
    found: dict[str, list[tuple[str, Bound]]] = {}
    for line in (_DATA / "bounds.txt").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            head, _, phrases = line.partition(": ")
            language, kind = head.split()
            found.setdefault(language, []).extend((f" {phrase}", kinds[kind]) for phrase in phrases.split("|"))
    return {language: sorted(pairs, key=lambda pair: -len(pair[0])) for language, pairs in found.items()}
