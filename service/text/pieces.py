"""A text in, its pieces out: words, numbers and signs with the blanks before them, so that nothing is left over.

In scripts written without blanks each character, with its marks, is a piece.
"""

import re
from typing import NamedTuple

from service.text.words import APOSTROPHES, MARKS, UNSPACED, fold

_FIRST = rf"[^\W_{UNSPACED}]"
_NEXT = rf"(?:[^\W{UNSPACED}]|[{MARKS}])"
_PIECE = re.compile(
    rf"\d+(?:[.,:/]\d+)*"  # a number
    rf"|[{UNSPACED}][{MARKS}]*+"
    rf"|{_FIRST}{_NEXT}*+(?:[{APOSTROPHES}]{_FIRST}{_NEXT}*+)*+"
    r"|\S"
)
_ONE_SIGN = {
    **dict.fromkeys(map(ord, "«»“”„‟‘’‚‹›'`″"), '"'),
    **dict.fromkeys(map(ord, "‐‑‒–—―−"), "-"),
    ord("…"): ".",
}


class Piece(NamedTuple):
    """A word, number or sign: `text[at:end]`. `start` counts the blanks before it in; `key` is what is compared."""

    key: str
    start: int
    at: int
    end: int


def pieces(text: str) -> list[Piece]:
    """Blanks at the end of the text make a piece of their own, without a key."""
    found: list[Piece] = []
    end = 0
    for match in _PIECE.finditer(text):
        at = match.start()
        found.append(Piece(_key(match[0]), end, at, end := match.end()))
    return found if end == len(text) else [*found, Piece("", end, len(text), len(text))]


def _key(written: str) -> str:
    return fold(written) or written.translate(_ONE_SIGN)
