"""What one word, phrase or value of a query may look like, and what it means.

In goes the piece as typed with its place, out comes a leaf; or `QuerySyntax`. Signs that the language will
need later are refused: read as plain words they would quietly mean something else.
"""

import re
import unicodedata
from collections.abc import Callable

from service.errors import QuerySyntax
from service.query.tree import Exact, Phrase, Prefix, Scope, Term, Words
from service.text import fold, tokens, unspaced

Place = tuple[int, int]
"""Line and column, from 1."""

MOST_WORDS_IN_A_ROW = 50
LONGEST_WORD = 200
LEAST_PREFIX = 4
LEAST_HANGUL_PREFIX = 2

LONGEST_VALUE = 300

_RESERVED_WORD = re.compile(r"O?NEAR(/\d*)?|ADJ(/\d+)|W/\d+")
_RESERVED_SIGNS = re.compile(r"[\\~^|{}\[\]<>]")
_APOSTROPHES = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "ʹ": "'", "＇": "'"})
_SHAPES = {
    "lang": (re.compile(r"[a-z]{2,3}"), "a language code such as be"),
    "country": (re.compile(r"[A-Z]{2}"), "a two-letter country code such as BY"),
    "source": (
        re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)*"),
        "a domain such as example.org",
    ),
    "entity": (re.compile(r"[\w.-]+"), "an id such as Q184"),
}
_UPPER = ("country",)
_AS_TYPED = ("entity",)


def one_word(typed: str, scope: Scope, place: Place) -> Words:
    """A term; a prefix if it ends in `*`; a phrase if it is more than one word, as in `covid-19`."""
    _refuse_reserved(typed, place)
    if "*" in typed[:-1] or typed == "*":
        raise QuerySyntax('"*" may only end a word', *place)
    if typed.endswith("*"):
        return _prefix(typed[:-1], scope, place)
    return phrase(typed, scope, place)


def phrase(typed: str, scope: Scope, place: Place, slop: int = 0) -> Words:
    """The words between quotation marks; one word alone is a term."""
    if "*" in typed:
        raise QuerySyntax('"*" cannot stand inside a phrase', *place)
    words = _words(typed, _lower, place)
    if len(words) > 1:
        return Phrase(words, *scope, slop)
    if slop:
        raise QuerySyntax(f'"~{slop}" needs a phrase of two words or more', *place)
    if len(words[0]) == 1 and unspaced(words[0]):  # texts hold pairs and last ones: all that begin so
        return Prefix(fold(words[0]), *scope)
    return Term(words[0], *scope)


def exact(typed: str, scope: Scope, place: Place) -> Exact:
    """Words to be found as typed."""
    if "*" in typed:
        raise QuerySyntax('"=" and "*" cannot go together', *place)
    return Exact(_words(typed, as_written, place), *scope)


def field_value(name: str, typed: str, place: Place) -> str:
    """The value of a field that is no part of the text, in its one form. A name stays as it is typed."""
    if name not in _SHAPES:
        return _name(name, typed, place)
    value = typed.upper() if name in _UPPER else typed if name in _AS_TYPED else typed.lower()
    shape, expected = _SHAPES[name]
    if not shape.fullmatch(value):
        raise QuerySyntax(f'"{typed}" is no value for {name}:', *place, (expected,))
    return value


def _name(field: str, typed: str, place: Place) -> str:
    value = " ".join(unicodedata.normalize("NFC", typed).split())
    if not any(map(str.isalnum, value)) or "*" in value or value.startswith("="):
        raise QuerySyntax(f'"{typed}" is no value for {field}:', *place, ("a name, in quotation marks if need be",))
    if len(value) > LONGEST_VALUE:
        raise QuerySyntax(f"a value of more than {LONGEST_VALUE} characters", *place)
    return value


def _prefix(typed: str, scope: Scope, place: Place) -> Words:
    words = _words(typed, _lower, place)
    if all(unspaced(word[0]) for word in words):
        return phrase(typed, scope, place)  # any piece of such a run is found anyway
    if len(words) > 1:
        raise QuerySyntax(f'"{typed}*" is more than one word; "*" may only follow one', *place)
    start = fold(words[0])
    least = LEAST_HANGUL_PREFIX if all("가" <= sign <= "힣" for sign in start) else LEAST_PREFIX
    if len(start) < least:
        raise QuerySyntax(f'"{typed}*" would match too much: "*" needs {least} letters before it', *place)
    return Prefix(start, *scope)


def _refuse_reserved(typed: str, place: Place) -> None:
    if typed[0] in "+-!" and len(typed) > 1:
        raise QuerySyntax(f'"{typed[0]}" before a word has no meaning here; write NOT to leave it out', *place)
    if re.fullmatch("O?NEAR/?", typed):
        raise QuerySyntax(f'"{typed}" needs a number, as in NEAR/5; put it in quotation marks to find the word', *place)
    if _RESERVED_WORD.fullmatch(typed):
        raise QuerySyntax(f'"{typed}" is not in the language; write NEAR/5 or ONEAR/5', *place)
    if sign := _RESERVED_SIGNS.search(typed):
        raise QuerySyntax(f'"{sign[0]}" has no meaning here; put the text in quotation marks', *place)


def as_written(typed: str) -> str:
    """Letters and accents as they are, with one kind of apostrophe: by what exact words are compared."""
    return unicodedata.normalize("NFC", typed).translate(_APOSTROPHES)


def _lower(typed: str) -> str:
    """Lower case with accents: what stemming wants. Twice, as case may bring compatibility forms and back."""
    for _ in range(2):
        typed = unicodedata.normalize("NFKC", typed.casefold())
    return typed.translate(_APOSTROPHES)


def _words(typed: str, settled: Callable[[str], str], place: Place) -> tuple[str, ...]:
    """The words of a piece; of an unspaced run at its end only the pairs, so that it may go on in a text."""
    if any(len(part) > LONGEST_WORD for part in typed.split()):
        raise QuerySyntax(f"a word of more than {LONGEST_WORD} characters", *place)
    text = settled(typed)
    found = tokens(text)
    if not found:
        raise QuerySyntax(f'no letter or digit in "{typed}"', *place, ("a word",))
    if len(found) > 1 and found[-1].start < found[-2].end:
        found.pop()
    if len(found) > MOST_WORDS_IN_A_ROW:
        raise QuerySyntax(f"a phrase of more than {MOST_WORDS_IN_A_ROW} words", *place)
    return tuple(text[token.start : token.end] for token in found)
