"""Words: where they are in a text, and the one form in which they are compared.

A word is a run of letters, digits and their marks, with apostrophes inside. Scripts written without blanks
(Chinese, Japanese, Thai, ...) give overlapping pairs of characters and the last character alone, so that
any piece of a run is found as a phrase.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple
from zlib import crc32


class Token(NamedTuple):
    """A word where it stands: `text[start:end]` is how it is written, `word` how it is compared."""

    word: str
    start: int
    end: int


def _mark_class() -> str:
    """Characters that belong to the letter before them; `\\w` leaves them out."""
    marks = (chr(code) for code in range(0x300, 0x1E00) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
    return "".join(marks) + "\u00ad\u200c\u200d\u2060\u20d0-\u20ff\u3099\u309a\ufe00-\ufe0f\ufe20-\ufe2f"


UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3031-\u3035\u3041-\u30ff\u31f0-\u31ff"
    "\u3300-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff"
)
APOSTROPHES = "'\u2018\u2019\u02bc\u02b9\uff07"
_BOUNDLESS = APOSTROPHES + "\u00ad\u200c\u200d\u2060"
"""What stands inside a word only."""
MARKS = _mark_class()
LETTER = rf"[\w{MARKS}]"
_WORD = re.compile(rf"\w{LETTER}*+(?:[{APOSTROPHES}]\w{LETTER}*+)*+")
_ASCII_WORD = re.compile(r"[A-Za-z0-9]+(?:'[A-Za-z0-9]+)*")
_RUN = re.compile(f"[{UNSPACED}]+|[^{UNSPACED}]+")
_HAS_UNSPACED = re.compile(f"[{UNSPACED}]")

_TO_APOSTROPHE = {ord(sign): "'" for sign in APOSTROPHES}
_ONE_LETTER = str.maketrans(
    {"ł": "l", "đ": "d", "ð": "d", "ø": "o", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)
_STRIP = re.compile(
    "([иу]\u0306|і\u0308|[гк]\u0301)"  # й ў ї ѓ ќ are letters of their own
    "|[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u0640"
    "\u064b-\u065f\u0670]"
)
_MOST_KEPT = 400_000
_folded: dict[str, str] = {}


def fold(word: str) -> str:
    """The form in which words are compared: no case, no accents, one kind of apostrophe.

    Accents that make another letter in Cyrillic stay (й, ў, ї); ё is е. Folding twice changes nothing.
    """
    found = _folded.get(word)
    if found is None:
        if len(_folded) >= _MOST_KEPT:
            _folded.clear()
        found = _folded[word] = word.lower() if word.isascii() else _fold(word)
    return found


def _fold(word: str) -> str:
    """Until nothing changes: a few compatibility characters need a second round."""
    for _ in range(4):
        before = word
        word = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
        word = _STRIP.sub(lambda kept: kept[1] or "", word.translate(_ONE_LETTER))
        word = "".join(filter(_belongs, unicodedata.normalize("NFC", word).translate(_TO_APOSTROPHE)))
        if word == before:
            break
    return word


def _belongs(sign: str) -> bool:
    return sign == "'" or sign.isalnum() or unicodedata.category(sign) in ("Mn", "Mc")


def written(text: str) -> list[str]:
    """The words as they stand in the text: `[text[token.start : token.end] for token in tokens(text)]`."""
    if text.isascii():
        return _ASCII_WORD.findall(text)
    if _HAS_UNSPACED.search(text):
        return [text[token.start : token.end] for token in tokens(text)]
    return [word for word in _WORD.findall(text.replace("_", " ")) if _folded.get(word) or fold(word)]


def words(text: str) -> list[str]:
    """The folded words in their order: `[token.word for token in tokens(text)]`, only faster."""
    if text.isascii():
        return _ASCII_WORD.findall(text.lower())
    if _HAS_UNSPACED.search(text):
        return [token.word for token in tokens(text)]
    known = _folded.get
    found = _WORD.findall(text.replace("_", " "))
    return [folded for word in found if (folded := known(word) or fold(word))]


def tokens(text: str) -> list[Token]:
    """The words of a text with their places, in order of `start`."""
    spaced = text.replace("_", " ")
    found = [(match[0], match.start(), match.end()) for match in _WORD.finditer(spaced)]
    if not text.isascii() and _HAS_UNSPACED.search(text):
        found = [piece for word in found for piece in _pieces(*word)]
    return [Token(folded, start, end) for word, start, end in found if (folded := fold(word))]


def unspaced(sign: str) -> bool:
    """Whether a character is of a script written without blanks between words."""
    return bool(_HAS_UNSPACED.match(sign))


def _pieces(word: str, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """Cuts runs of unspaced script out of a word, and those into pairs and a last one."""
    for run in _RUN.finditer(word):
        at, piece = start + run.start(), run[0]
        if not _HAS_UNSPACED.match(piece):
            if trimmed := piece.strip(_BOUNDLESS):
                at += piece.index(trimmed)
                yield trimmed, at, at + len(trimmed)
            continue
        for offset in range(len(piece)):
            pair = piece[offset : offset + 2]
            if pair[0].isalnum() or pair[-1].isalnum():  # marks alone are no word
                yield pair, at + offset, at + offset + len(pair)


def shingles(words: Sequence[str], size: int = 3) -> list[int]:
    """A 32-bit number (CRC-32) for every run of `size` words, repeats included; the same on every machine.

    A text of fewer words is one shingle; no words, none.
    """
    if not words:
        return []
    encoded = [word.encode() for word in words]
    if len(encoded) <= size:
        return [crc32(b" ".join(encoded))]
    runs = zip(*(encoded[offset:] for offset in range(size)), strict=False)
    return [crc32(b" ".join(run)) for run in runs]


_SENTENCE_END = re.compile(r"(?<=[.!?…।])\s+|(?<=[.!?…।][\"'»”’)\]])\s+|(?<=[。！？])|\n+")


def sentences(text: str) -> list[str]:
    """The sentences of a plain text, roughly: a full stop inside a word or number ends nothing."""
    return [found for part in _SENTENCE_END.split(text) if (found := part.strip())]
