"""Is it a person? Words of a full name, their language and the text around them in; yes or no out.

Any one sign is enough: a known person, a role before the name, a first name that many languages have, a
patronymic, the ending of a surname, a word of speech beside it, or the surname alone further on.
"""

import functools
import re
from pathlib import Path

from consumers.enrich.people.roles import is_role
from consumers.enrich.people.runs import Named
from consumers.enrich.places.gazetteer import gazetteer
from consumers.enrich.places.mentions import mentions
from service.people import known_person
from service.people.first_names import is_first_name
from service.people.sounds import marks
from service.text import fold

_SPEAKING = frozenset(map(fold, (Path(__file__).parents[1] / "data" / "speaking.txt").read_text("utf-8").split()))
_CALLED = re.compile(r",[ \u00a0]([^\W\d_]+)")
_CYRILLIC = frozenset(("be", "bg", "mk", "ru", "sr", "uk"))
"""Of longer names of anything but people these write only the first word with a capital."""
_PLAIN = re.compile("[\u0400-\u04ff]{2,}(?:[-'’ʼ][\u0400-\u04ff]+)*")
_ADJECTIVE = re.compile(
    "(ая|яя|ое|ее|ые|ие|ый|ий|ой|ого|его|ому|ему|ым|им|ых|их|ую|юю|на|ної|ній|ну|ька|ької|ькі|ія|ага|аму|ай|яй|ыя|та)$"
)
_NEXT = re.compile(r"[ \u00a0]([^\W\d_]+)")
_LAST = re.compile(r"([^\W\d_]+),?[ \u00a0]$")
_CASE = (
    "(а|у|ом|ым|е|и|ы|і|ою|ой|ої|ай|ага|аму|ого|ому|им|ім|ем|ам|ую|аю|ові|ю|я"
    "|a|em|owi|u|y|ie|ą|ę|i|iego|iemu|im|ej|ě|ovi|ou|o|os|ui|ai)?"
)
_SURNAME = re.compile(
    "("
    "енк|анк|чук|юк|ук|ич|іч|ск(ий|ая|і|ой|ого|ому|им|ім|ага|аму|ай)|цк(ий|ая|і|ой|ого|ому|им|ім|ага|аму|ай)"
    "|ськ(ий|а|ого|ому|им|ої)|ськ|цьк|ов|ев|ёв|оў|еў|ёў|аў|ин|ын|ін|ян|швили|швілі|дзе|дзэ|ёнак|онак|ейк|уль|евіч|овіч"
    "|enk|ank|chuk|czuk|čuk|tschuk|tchouk|sk|ck|wicz|vich|wich|vič|vić|vitch|witsch|ov|ev|ow|ew|off|eff|yan|ian|shvili"
    "|schwili|szwili|idze|adze|vičius|vicius|auskas|inskas|aitė|ytė|ienė|evic|ovic|ová|ic|ić|son|sson|sen|sohn|mann"
    "|berg|stein|ez|escu|oğlu|oglu|elli|etti|ini|ssen|kov|lov|nov|kova|ienk|ycz|arz|czyk|ák|ek|ík"
    f"){_CASE}$"
)


_QUOTED = frozenset('"«“„‘(')
_OF_FIRMS = frozenset(
    fold(word)
    for line in (Path(__file__).parents[1] / "data" / "firm_words.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)


def is_person(each: Named, surnames: frozenset[str], text: str, language: str) -> bool:
    """`surnames` are words with capitals that stand alone somewhere in the text."""
    words = each.words
    if each.role.written or any(is_first_name(word) for word in words[:-1]) or marks(words[0], language):
        return True
    if len(words) > 3:
        return known(words, language)
    if words[-1] in surnames and words[0] not in surnames and not each.opens:
        return True
    return (
        _is_surname(words[-1])
        or _speaks(text, each.start, each.end)
        or _stands_out(each, text, language)
        or known(words, language)
    )


def known(words: tuple[str, ...], language: str) -> bool:
    return known_person(" ".join(words), language) is not None


def _stands_out(each: Named, text: str, language: str) -> bool:
    """Whether a role follows, or two words stand side by side as only names of people do; of places neither says."""
    called = _CALLED.match(text, each.end)
    alone = language in _CYRILLIC and not each.opens and text[each.start - 1 : each.start] not in _QUOTED
    if not (alone and _looks_like_one(each.words)) and not (called and is_role(called[1], language)):
        return False
    return next(mentions(" ".join(each.words), gazetteer(language)), None) is None


def _looks_like_one(words: tuple[str, ...]) -> bool:
    plain = all(_PLAIN.fullmatch(word) and not word.isupper() and fold(word) not in _OF_FIRMS for word in words)
    return plain and not _ADJECTIVE.search(words[0])


@functools.lru_cache(65_536)
def _is_surname(word: str) -> bool:
    return len(word) > 4 and not word.isupper() and _SURNAME.search(word.lower()) is not None


def _speaks(text: str, start: int, end: int) -> bool:
    after, before = _NEXT.match(text, end), _LAST.search(text[max(0, start - 24) : start])
    return any(word is not None and fold(word[1]) in _SPEAKING for word in (after, before))
