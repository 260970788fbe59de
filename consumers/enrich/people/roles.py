"""Roles: the words around a name and their language in; what they call the person, and of which country, out.

"Russian Foreign Minister Sergei Lavrov", "президент Беларуси Александр Лукашенко". From `data/roles.txt`.
"""

import functools
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from consumers.enrich.places.gazetteer import gazetteer
from service.text import fold

_TABLE = Path(__file__).parents[1] / "data" / "roles.txt"
BACK = 90
"""Characters before a name in which its role is looked for."""
MOST_BETWEEN = 3
"""Words between a role and its name: "президент Российской Федерации Владимир Путин"."""
COVER = "x"
"""What stands where an organisation was."""
_TAIL = 4
_BREAKS = frozenset('.!?;:,()«»„“”"…')
_OPENING = '(«„“"'


class Role(msgspec.Struct, frozen=True):
    """As written; "" where nothing is said."""

    written: str = ""
    country: str = ""


NOBODY = Role()


def is_role(word: str, language: str) -> bool:
    """Whether the word says what somebody is, in this language or in English."""
    return _listed(word, language) or (language != "en" and _listed(word, "en"))


def role_before(text: str, start: int, language: str) -> Role:
    """What the text before a name says of the person."""
    words: list[str] = []
    for word in reversed(text[max(0, start - BACK) : start].rsplit(None, MOST_BETWEEN + 4)):
        if word[-1] in _BREAKS:
            break
        words.append(word.lstrip(_OPENING))
        if word[0] in _BREAKS or len(words) > MOST_BETWEEN + 3:
            break
    return role_in([word for word in reversed(words) if word], language)


def role_in(words: Sequence[str], language: str) -> Role:
    """The last role among words that end where a name begins, with the country named beside it."""
    for at in range(len(words) - 1, max(-1, len(words) - 2 - MOST_BETWEEN), -1):
        if is_role(words[at], language):
            between = words[at + 1 :]
            if between and not _belongs(between, language):
                return NOBODY
            first = at
            while first and is_role(words[first - 1], language):
                first -= 1
            country = next(
                filter(None, (country_of(w, language) for w in (*between, *words[max(0, first - 2) : first]))), ""
            )
            return Role(" ".join(words[first : at + 1]), country)
    return NOBODY


def _belongs(between: Sequence[str], language: str) -> bool:
    """Whether what stands between a role and a name may be what the role is of."""
    return any(country_of(word, language) for word in between) or all(
        word[0].isupper() or not word.strip(COVER) for word in between
    )


@functools.lru_cache(65_536)
def country_of(word: str, language: str) -> str:
    """The country that one word names, or is the adjective of; "" for none."""
    beginning = gazetteer(language).beginning(word)
    if beginning is None:
        return ""
    return next((each.country for each in beginning.alone if each.country and not each.city), "")


@functools.lru_cache(65_536)
def _listed(word: str, language: str) -> bool:
    whole, stems = _roles().get(language, (frozenset(), ()))
    folded = fold(word)
    if folded in whole:
        return True
    return any(folded.startswith(stem) and len(folded) <= len(stem) + _TAIL for stem in stems)


@functools.cache
def _roles() -> Mapping[str, tuple[frozenset[str], tuple[str, ...]]]:
    """By language: whole words, and stems."""
    found = {}
    for line in _TABLE.read_text("utf-8").splitlines():
        if not line.startswith("#"):
            code, *words = line.split()
            whole = frozenset(fold(word) for word in words if not word.endswith("*"))
            found[code] = whole, tuple(fold(word[:-1]) for word in words if word.endswith("*"))
    return found
