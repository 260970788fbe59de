"""Ids of people and organisations that no table knows: a name and its language in, an id out.

The same name gives the same id wherever it is met, so that workers agree without asking each other. That
other spellings are the same person's is found out when they are filed; every id ever told stays good.
"""

import re
from hashlib import sha256

from anyascii import anyascii

from service.people.compare import parts
from service.people.sounds import marks, spoken

_WORD = re.compile(r"[^\W_]+")
_PLAIN = re.compile("[a-z0-9]+")
_ALIKE = (
    ("sch", "s"), ("sh", "s"), ("sz", "s"), ("tch", "c"), ("ch", "c"), ("cz", "c"), ("ts", "c"), ("tz", "c"),
    ("zh", "z"), ("kh", "h"), ("ph", "f"), ("ck", "k"), ("ou", "u"), ("w", "v"), ("y", "i"), ("j", "i"), ("ii", "i"),
)  # fmt: skip
"""Spellings that whoever searches mixes up."""
LONGEST_WORD = 40
"""Letters of a word that is searched by."""


def person_id(name: str, language: str) -> str:
    """From how first and last name sound without endings, initials and what stands behind."""
    told = parts(name, language)
    if told is None:
        return _id("person", name.casefold())
    first = min(marks(told.first, language), default="") or _shortest(told.first, language)
    return _id("person", f"{first} {_shortest(told.last, language)} {told.initials} {told.generation}")


def organisation_id(name: str) -> str:
    return _id("org", organisation_key(name))


def organisation_key(name: str) -> str:
    """The form in which names of organisations are compared: words without case."""
    return " ".join(_WORD.findall(name.casefold()))


def search_words(text: str) -> list[str]:
    """The words of a name in small ASCII letters, in whatever script it is written; what is mixed up is made one."""
    plain = anyascii(text).lower().replace("'", "").replace("`", "")
    for spelling, one in _ALIKE:
        plain = plain.replace(spelling, one)
    return list(dict.fromkeys(word[:LONGEST_WORD] for word in _PLAIN.findall(plain)))


def _shortest(word: str, language: str) -> str:
    return min(spoken(word, language), key=lambda sounds: (len(sounds), sounds))


def _id(kind: str, told: str) -> str:
    return f"{kind}_{sha256(told.encode()).hexdigest()[:20]}"
