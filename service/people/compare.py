"""Are two names one person's? Two full names with their languages in, yes or no out.

Keys must meet for first and last name (`sounds`); then what keys leave out is compared: the vowels, the first
name where it is a well known one, the sex that surnames tell, and what stands in the middle or behind.
"""

import functools
import re
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein

from service.people.sounds import marks, name_keys, name_words, spoken

FIRST_ALIKE = 0.6
LAST_ALIKE = 0.6
ALIKE_IN_ONE_LANGUAGE = 0.75
"""Within a language spellings differ by case endings, and little else."""
_MANY_SPELLINGS = frozenset(("en", "de", "fr", "es", "pt", "it"))
"""Languages that write Slavic names in several ways."""
_SURNAME_FIRST = frozenset(("hu", "ja", "ko", "zh"))
_GENERATION = re.compile(r"\b(jr|sr|ii|iii|iv)\b|[- ](младш|старш|малодш|старэйш|молодш)", re.IGNORECASE)
_GENERATIONS = {"младш": "jr", "малодш": "jr", "молодш": "jr", "старш": "sr", "старэйш": "sr"}
_INITIAL = re.compile(r"\b([^\W\d_])\.")
_WOMAN = re.compile(
    r"(ska|cka|zka|ová|ové|ovou|ská|cká|ské|cké|skou|ckou|skiej|ckiej|ienė|ienės|ienei|aitė|aitės|ytė|ūtė"
    r"|skaya|ckaya|skaja|ckaja|skaia|skaïa|áya|kaya|kaja"
    r"|ская|цкая|ской|цкой|скую|цкую|ська|цька|ської|цької|ську|цьку|скай|цкай)$"
)
_MAN = re.compile(
    r"(sk[iy]|ck[iy]|sk[iy][ij]|skiy|skyy|skyj|skij|ský|cký|ského|ckého|skiego|ckiego|skiemu|skim|ckim"
    r"|ский|цкий|ского|цкого|ским|цким|скому|ський|цький|ського|цького|ським|ському"
    r"|скі|цкі|скага|цкага|скаму|скім|цкім)$"
)
_MAN_BY_LANGUAGE = {
    "cs": re.compile(r"(em|ovi)$"), "sk": re.compile(r"(om|ovi)$"), "pl": re.compile(r"(em|owi)$"),
    "ru": re.compile(r"([оеё]в|ин|ым|ом|ем)$"), "be": re.compile(r"([аоеё]ў|ін|ым|ом|ам)$"),
    "uk": re.compile(r"([оеє]в|ін|им)$"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Parts:
    """A full name taken apart; initials are small letters."""

    first: str
    last: str
    middle: tuple[str, ...]
    initials: str
    generation: str
    """jr, sr, ii, ... or ""."""


def same_person(one: str, one_language: str, other: str, other_language: str) -> bool:
    """Whether two full names may be of one person; a surname alone never is. The order does not matter."""
    shared = set(name_keys(one, one_language)) & set(name_keys(other, other_language))
    if not any(" " in key for key in shared):
        return False
    mine, theirs = parts(one, one_language), parts(other, other_language)
    if mine is None or theirs is None or _told_apart(mine, theirs, one_language == other_language):
        return False
    return _alike(mine, one_language, theirs, other_language) or (
        not _SURNAME_FIRST.isdisjoint((one_language, other_language))
        and _alike(Parts(mine.last, mine.first, (), "", ""), one_language, theirs, other_language)
    )


@functools.lru_cache(65_536)
def parts(text: str, language: str) -> Parts | None:
    """None for a name of one word."""
    generation = _GENERATION.search(text)
    named = text[: generation.start()].rstrip(" ,") if generation else text
    words = name_words(named, language)
    if len(words) < 2:
        return None
    told = (generation[1] or generation[2]).lower() if generation else ""
    initials = "".join(found.lower() for found in _INITIAL.findall(named))
    return Parts(words[0], words[-1], tuple(words[1:-1]), initials, _GENERATIONS.get(told, told))


def _told_apart(mine: Parts, theirs: Parts, one_language: bool) -> bool:
    """Whether middle names or generations say that these are two."""
    if mine.generation != theirs.generation and (mine.generation or theirs.generation) not in ("", "i"):
        return bool(mine.generation and theirs.generation)
    if mine.initials and theirs.initials and mine.initials != theirs.initials:
        return True
    if not (one_language and mine.middle and theirs.middle):
        return False
    return not any(_similar(one, other) >= FIRST_ALIKE for one in mine.middle for other in theirs.middle)


def _alike(mine: Parts, one: str, theirs: Parts, other: str) -> bool:
    strict = one == other and one not in _MANY_SPELLINGS
    sexes = {_sex(mine.last, one), _sex(theirs.last, other)} - {""}
    if len(sexes) == 2:
        return False
    lasts = similarity(mine.last, one, theirs.last, other)
    if lasts < (ALIKE_IN_ONE_LANGUAGE if strict else LAST_ALIKE):
        return False
    names, others = set(marks(mine.first, one)), set(marks(theirs.first, other))
    if names and others:
        return not names.isdisjoint(others)
    firsts = similarity(mine.first, one, theirs.first, other)
    return firsts >= (ALIKE_IN_ONE_LANGUAGE if strict else FIRST_ALIKE)


def _sex(surname: str, language: str) -> str:
    """f or m where the ending leaves no doubt; "" otherwise."""
    written = surname.lower()
    if _WOMAN.search(written):
        return "f"
    of_language = _MAN_BY_LANGUAGE.get(language)
    return "m" if _MAN.search(written) or (of_language and of_language.search(written)) else ""


def similarity(one: str, one_language: str, other: str, other_language: str) -> float:
    """How alike two words sound, from 0 to 1: the best of their forms without endings."""
    theirs = spoken(other, other_language)
    return max(_similar(mine, their) for mine in spoken(one, one_language) for their in theirs)


@functools.lru_cache(65_536)
def _similar(one: str, other: str) -> float:
    """1 less the changes of a letter that make one the other, as a share of the longer."""
    return 1 - Levenshtein.distance(one, other) / max(len(one), len(other), 1)
