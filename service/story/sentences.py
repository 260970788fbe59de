"""Sentences with their places: a plain text in, spans of characters out.

A full stop ends no sentence inside a number or behind an abbreviation or an initial, nor where a small letter
follows. The abbreviations are those that news writes in be, ru, uk, pl, en, de, fr, es.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence

Place = tuple[int, int]

_ABBREVIATED = (
    "mr mrs ms dr prof st sr jr gen col lt sgt rev gov sen rep hon inc ltd corp vs approx dept jan feb apr jun jul aug "
    "sep sept oct nov dec bzw ca etc evtl ggf hr fr nr str tel usw vgl zzt abs mio mrd inkl ing mme mlle mm env sra "
    "srta ud uds dra dto pág núm uu tys mln mld ul św ks płk mjr kpt inż mgr godz pt ps wg ww np tzn tzw гг ст ул тыс "
    "млн млрд руб коп др проф акад ген полк эт стр рис обл тел чел вул тыш праф ін тис грн крб рр напр буд"
)
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_ORDINALS = frozenset(("cs", "da", "de", "et", "fi", "hr", "hu", "lv", "no", "pl", "sk", "sl"))
"""Languages that write "23. November"."""
_END = re.compile(r"[.!?…]+[\"'»”’)\]]*(?=\s|$)|[。！？]+[」』”’）]*|\n+")
_LAST_WORD = re.compile(r"[^\W_]+$")
_OPENING = "\"'«„“‘([—–- "


def sentences(text: str, language: str = "") -> list[Place]:
    """Their spans, in order, without the blanks around them; lines end sentences, too."""
    found: list[Place] = []
    start = 0
    for end in [*_ends(text, language), len(text)]:
        part = text[start:end]
        if stripped := part.strip():
            first = start + part.index(stripped[0])
            found.append((first, first + len(stripped)))
        start = end
    return found


def _ends(text: str, language: str) -> Iterator[int]:
    for match in _END.finditer(text):
        if match[0][0] != "." or match[0][:2] == ".." or _ends_here(text, match.start(), match.end(), language):
            yield match.end()


def _ends_here(text: str, stop: int, end: int, language: str) -> bool:
    last = _LAST_WORD.search(text, max(0, stop - 20), stop)
    word = last[0] if last else ""
    if (len(word) == 1 and word.isalpha()) or word.lower() in _ABBREVIATIONS:
        return False
    following = text[end : end + 12].lstrip(_OPENING)[:1]
    ordinal = language in _ORDINALS and word.isdecimal() and len(word) <= 2
    return not following.islower() and not ordinal


def sentence_at(places: Sequence[Place], at: int) -> int:
    """Which of the sentences that character is in, or just behind; -1 if it is before them all."""
    return bisect_right(places, at, key=lambda place: place[0]) - 1
