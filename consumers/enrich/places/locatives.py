"""How a place stands in its sentence: its words and its neighbours in; in it, towards it, or neither out.

By the words before it ("in Warsaw", "у Мінску"), by its ending where a language has a case for it
("Vilniuje", "Helsingissä"), or by what follows ("東京で").
"""

import re
from collections.abc import Mapping, Sequence
from typing import Literal

from service.text import Token

Stands = Literal["in", "to", ""]

_IN: Mapping[str, str] = {
    "be": "у ў ва на каля пад недалёка", "ru": "в во на под около близ", "uk": "у в ві на під біля",
    "bg": "в във на край", "mk": "во", "sr": "у u", "hr": "u", "bs": "u", "sl": "v na pri",
    "pl": "w we na pod koło", "cs": "v ve na u", "sk": "v vo na pri", "lt": "prie", "lv": "pie",
    "de": "in im bei", "en": "in at near across outside inside", "nl": "in te bij", "af": "in",
    "sv": "i på", "da": "i på", "no": "i på", "is": "í á",
    "fr": "à en au aux dans près", "es": "en cerca", "pt": "em no na nos nas", 
    "it": "a ad in nel nella nei negli nello",
    "ca": "a al en", "gl": "en no na", "ro": "la în din",
    "el": "στην στη στο στον στους στις στα σε", "sq": "në", "eu": "", "ga": "i in",
    "ar": "في", "fa": "در", "ur": "", "vi": "tại ở", "id": "di", "ms": "di", "tl": "sa", "sw": "jijini nchini katika",
}  # fmt: skip
_TO: Mapping[str, str] = {
    "be": "да", "ru": "до", "uk": "до", "bg": "до за", "pl": "do", "cs": "do", "sk": "do", "sl": "do",
    "de": "nach", "en": "to into", "nl": "naar", "sv": "till", "da": "til", "no": "til",
}  # fmt: skip
_MOVING: Mapping[str, re.Pattern[str]] = {
    "be": re.compile("(?:[бвгджзклмнпрстфхцчшйь]|[^кгхў]у|ю)$"),
    "ru": re.compile("(?:[бвгджзклмнпрстфхцчшщйь]|у|ю)$"),
    "uk": re.compile("(?:[бвгґджзклмнпрстфхцчшщйь]|[^кгх]у|ю)$"),
    "pl": re.compile("(?:ę|y)$"),
    "sl": re.compile("(?:[bcčdfghjklmnprsštvzž]|o)$"),
}
"""Behind the same small word the accusative says where something goes: "у Вільню", "у Вільні"."""
_CASE: Mapping[str, re.Pattern[str]] = {
    "lt": re.compile("e$"),
    "lv": re.compile("[āēīū]$"),
    "et": re.compile("s$"),
    "fi": re.compile("(?:ss[aä]|ll[aä])$"),
    "hu": re.compile("(?:b[ae]n|[oeö]n)$"),
    "tr": re.compile("['’]?[dt][ae]$"),
    "az": re.compile("[dt][aə]$"),
    "kk": re.compile("[дт][ае]$"),
    "ky": re.compile("[дт][аеоө]$"),
    "uz": re.compile("da$"),
    "ka": re.compile("ში$"),
    "hy": re.compile("ում$"),
    "eu": re.compile("n$"),
    "ko": re.compile("에서?$"),
    "he": re.compile("^ב"),
    "bn": re.compile("(?:য়|তে|ে)$"),
}
_BEHIND: Mapping[str, tuple[str, ...]] = {
    "ja": ("で", "に"), "hi": (" में",), "mr": (" मध्ये",), "ur": (" میں",), "bn": ("য়", "তে"),
    "ne": ("मा",), "ko": ("에서",),
}  # fmt: skip
_AHEAD: Mapping[str, tuple[str, ...]] = {"zh": ("在", "於"), "yue": ("喺", "在"), "th": ("ที่", "ใน")}
"""Written together with the place, without a blank."""
_JOINING = " \u00a0'’"
_IN_WORDS = {language: frozenset(words.split()) for language, words in _IN.items()}
_TO_WORDS = {language: frozenset(words.split()) for language, words in _TO.items()}
_NONE: frozenset[str] = frozenset()
_NOTHING = ("\0",)
KNOWN = frozenset((*_IN, *_CASE, *_BEHIND, *_AHEAD))
"""Languages in which it can be told."""


def before(text: str, words: Sequence[Token], at: int) -> tuple[str, ...]:
    """The words before one, the nearer first; at most two, and none beyond a comma or the end of a sentence."""
    found: list[str] = []
    for earlier in range(at - 1, max(-1, at - 3), -1):
        if text[words[earlier].end : words[earlier + 1].start].strip(_JOINING):
            break
        found.append(text[words[earlier].start : words[earlier].end])
    return tuple(found)


def stands(written: str, after: Sequence[str], around: tuple[str, str], language: str) -> Stands:
    """`around`: a few characters before it and behind it.

    Between the small word and the place one more may stand, if it has no capital: "in southern France".
    """
    case = _CASE.get(language)
    ahead, behind = around
    if (case and case.search(written)) or behind.startswith(_BEHIND.get(language, _NOTHING)):
        return "in"
    if ahead.endswith(_AHEAD.get(language, _NOTHING)):
        return "in"
    near = [word.lower() for word in after]
    if len(near) == 2 and not after[0][0].islower():
        near.pop()
    if not _IN_WORDS.get(language, _NONE).isdisjoint(near):
        moving = _MOVING.get(language)
        return "to" if moving and moving.search(written) else "in"
    return "" if _TO_WORDS.get(language, _NONE).isdisjoint(near) else "to"
