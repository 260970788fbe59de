"""Keys of names that meet across scripts, spellings and cases: a name in, a few short codes out.

Lukashenko is Лукашенко, Лукашэнка, Łukaszenką, Lukaschenko and Loukachenko. Each word is written in one
alphabet of sounds, its case ending is taken off, sounds that neighbours write alike are made one, and every
vowel but a first one is dropped. Where a spelling may be read in several ways all readings are kept, so a
word has several keys; two names may be one person's if they share a key.

Sounds: small letters are plain; capitals are S sh, C ch or ts, Z zh, J dzh, H kh, G g or h, A any vowel.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator

from anyascii import anyascii

from service.people.first_names import first_names, is_first_name

MOST_KEYS = 6
"""Keys of one word: beyond these, readings get far-fetched."""
SHORTEST = 2
"""Sounds in the key of a name of one word; one sound is shared by half the world."""
MOST_FIRST = 4
"""Keys of a first name that are paired."""
MOST_READINGS = 24
MOST_ENDINGS = 3

_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_VOWELS = frozenset("aeiouy")
_SURNAME_FIRST = frozenset(("zh", "ja", "ko"))
_ONE_LETTER = frozenset("ИЕІУЮЯЫО")
"""Chinese names of one letter: Ван И."""
_HAN = re.compile("((?:欧阳|司马|上官|诸葛|歐陽|司馬|諸葛)|[\u4e00-\u9fff])([\u4e00-\u9fff]{1,2})")
_CASES = {
    "ru": "ого его ому ему ым им ом ем ой ей ою ею ую юю ая яя ий ый ой а я у ю е ы и о ь",
    "uk": "ого ього ому ьому ові еві єві им ім ом ем єм ою ею єю ої ій ий ую а я у ю е є і ї и о ь",
    "be": "ага яга аму яму ым ім ом ам ем ай яй аю яю ую ая яя і ы а я у ю е о ь",
    "bg": "ът ят та то те а я о и ий",
    "pl": "owi iowi iego ego iemu emu iem em ym im iej ej ią ą ę ie ia i y a u e o ów",
    "cs": "ovi ové ovou ová ových ého é ho ému em ým ím ou ě é á í y a u e i o",
    "sl": "om em jem jem ega emu im jem ova ove ovo ju ja jo ji a u o e i",
    "sr": "om em oga ega omu emu im oj ov ev u a e i o у а е и о ом ем ога ега ому ему им ој",
    "lt": "iui iaus iumi iuje ius ių ienė ienės ienei aitė aitės ytė ytės ūtė "
    "as o ui ą u e os oje ai a is io iu į ys us aus ė ės ei ę",
    "lv": "as am ai u s a ā e ē es ei i is im us ņa",
    "en": "s",
}
_CASES["sk"] = _CASES["cs"]
_CASES["hr"] = _CASES["bs"] = _CASES["sr"]
_CASES["mk"] = _CASES["bg"]
_ENDINGS = {
    code: tuple(sorted(set(text.split()), key=lambda ending: (-len(ending), ending))) for code, text in _CASES.items()
}

_SPELLINGS = {
    "pl": "szcz=S dż=J dź=J sz=S cz=C rz=Z ch=H ś=S ć=C ż=Z ź=Z ń=n ł=l w=v ó=u ą=on ę=en",
    "cs": "ch=H dž=J š=S č=C ž=Z ř=rZ ď=d ť=t ň=n",
    "sl": "dž=J š=S č=C ž=Z ć=C",
    "lt": "ch=H dž=J š=S č=C ž=Z",
    "fr": "dj=J j=Z ou=u oï=oi",
    "es": "j=H gu=G",
    "": "dž=J š=S č=C ž=Z ć=C đ=J",
}
_SPELLINGS["sk"] = _SPELLINGS["cs"]
_PAIRS = {code: [tuple(pair.split("=")) for pair in text.split()] for code, text in _SPELLINGS.items()}

_CYRILLIC = str.maketrans(
    dict(zip("щшчцжхгґвўэёєїіыюя", "SSCCZHGGvveeeiiiua", strict=True)) | dict.fromkeys("ьъй'’ʼ", "")
)
_CYRILLIC_LETTER = re.compile("[\u0400-\u04ff]")
_BELARUSIAN = (
    (re.compile("дз(?=[іеёюяь])"), "д"),
    (re.compile("ц(?=[іеёюяь])"), "т"),
    (re.compile("^у(?=[бвгджзклмнпрстфхцчш])"), "в"),
    (re.compile("^c(?=i)"), "t"),
    (re.compile("^dz(?=i)"), "d"),
    (re.compile("^u(?=l[aá])"), "v"),
)
"""Soft t and d are ц and дз in Belarusian, v before a consonant is у, and so they come into Latin."""

_NEAR_BELARUSIAN = frozenset(("be", "cs", "de", "en", "lt", "lv", "pl", "sk", "und"))

_READINGS = {
    "tsch": ("C",), "sch": ("S", "sH"), "tch": ("C",), "sh": ("S",), "ch": ("C", "H", "k", "S"), "zh": ("Z",),
    "kh": ("H",), "th": ("t",), "ph": ("f",), "ck": ("k",), "gh": ("G", ""), "wh": ("v",), "dg": ("J",),
    "ts": ("C",), "tz": ("C",), "cz": ("C",), "sz": ("S", "s"), "qu": ("kv", "k"),
    "tsi": ("C", "t"), "tse": ("C", "t"), "dzi": ("J", "d"), "dze": ("J", "d"),
    "ng": ("nG", "n"), "x": ("ks", "H"), "q": ("k",), "h": ("H", ""), "w": ("v", ""),
}  # fmt: skip
_LONGEST = max(map(len, _READINGS))
_ALIKE = str.maketrans("ZSzHGhwJcf", "sssgggvZkv")
_VOWEL_CLASSES = dict(zip("aoeiyju", "aaiiiiu", strict=True))
_TWICE = re.compile(r"(.)\1+")
_V_BEFORE_SK = re.compile(r"v(?=sk)")
"""-ovsky, -ouski and -owski: the v is a vowel in half of the spellings."""


@functools.lru_cache(65_536)
def name_keys(text: str, language: str) -> tuple[str, ...]:
    """The keys of a name of one word or more, sorted.

    Of one word: its keys, such as "lksnk". Of more: first and last word's keys in pairs, in the order of the
    alphabet ("lksndr lksnk"), since half the world puts the surname first; a first name that many languages
    have is a key of its own ("=mikalai"). Two full names may be one person's if a pair is shared; a surname
    alone is no proof across documents.
    """
    words = name_words(text, language)
    if not words:
        return ()
    last = word_keys(words[-1], language)
    first = (*word_keys(words[0], language)[:MOST_FIRST], *marks(words[0], language)) if len(words) > 1 else ()
    if not first or not last:
        return tuple(sorted(key for key in last or first if len(key) >= SHORTEST))
    return tuple(sorted({" ".join(sorted((one, other))) for one in first for other in last}))


def name_words(text: str, language: str) -> list[str]:
    """The words of a name that are no initials, the first name first."""
    if language in _SURNAME_FIRST and (whole := _HAN.fullmatch(text.strip())):
        return [whole[2], whole[1]]
    words = [word for word in _WORD.findall(text) if len(word) > 1 or word in _ONE_LETTER]
    surname_first = language == "hu" and len(words) == 2 and not is_first_name(words[0])
    return words[::-1] if surname_first else words


def marks(word: str, language: str) -> tuple[str, ...]:
    """The first names that this word may be, in any language and case; none for most words."""
    return tuple(f"={name}" for name in first_names(word, stems(word, language)))


@functools.lru_cache(65_536)
def word_keys(word: str, language: str) -> tuple[str, ...]:
    """The keys of one word, the likeliest first; at most `MOST_KEYS`."""
    keys: dict[str, None] = {}
    for stem in stems(word, language):
        for sounds in _sounds(stem, language):
            keys.update(dict.fromkeys(_skeletons(sounds)))
    return tuple(filter(None, keys))[:MOST_KEYS]


def stems(word: str, language: str) -> Iterator[str]:
    """The word, and without each case ending it may have."""
    word = unicodedata.normalize("NFC", word).casefold()
    yield word
    found = 0
    for ending in _ENDINGS.get(language, ()):
        stem = word.removesuffix(ending)
        if stem is not word and len(stem) < len(word) and len(stem) >= (2 if len(word) < 6 else 3):
            yield stem
            found += 1
        if found == MOST_ENDINGS:
            return


def _sounds(word: str, language: str) -> Iterator[str]:
    """The word in the alphabet of sounds: as it is spelt, and as it is if it came through Belarusian."""
    yield _heard(word, language)
    if language in _NEAR_BELARUSIAN:
        neighbour = word
        for spelling, sound in _BELARUSIAN:
            neighbour = spelling.sub(sound, neighbour)
        if neighbour != word:
            yield _heard(neighbour, language)


def _heard(word: str, language: str) -> str:
    if _CYRILLIC_LETTER.search(word):
        return _ascii(word.replace("дж", "J").replace("дз", "C").replace("цз", "J").translate(_CYRILLIC))
    for spelling, sound in _PAIRS.get(language, _PAIRS[""]):
        word = word.replace(spelling, sound)
    return _ascii(word)


def _ascii(word: str) -> str:
    if word.isascii():
        return word
    letters = (letter if letter.isascii() else anyascii(letter).lower() for letter in word)
    return "".join(letters).replace("'", "")


def _skeletons(sounds: str) -> Iterator[str]:
    readings = [""]
    at = 0
    while at < len(sounds):
        length, choices = _choices(sounds, at)
        readings = [reading + choice for reading in readings for choice in choices][:MOST_READINGS]
        at += length
    for reading in readings:
        key = _V_BEFORE_SK.sub("", reading.translate(_ALIKE))
        once = _TWICE.sub(r"\1", key)
        yield once if len(once) >= SHORTEST else key


def _choices(sounds: str, at: int) -> tuple[int, tuple[str, ...]]:
    """How many letters are read at this place, and as what."""
    for length in range(min(_LONGEST, len(sounds) - at), 0, -1):
        if found := _READINGS.get(sounds[at : at + length]):
            return (length - 1 if length == 3 and sounds[at + 2] in _VOWELS else length), found
    letter, after = sounds[at], sounds[at + 1 : at + 2]
    if letter == "x" and not at:  # Xi, Xu
        return 1, ("S", "ks", "H")
    if letter == "v" and at and sounds[at - 1] in "aeio" and after and after not in _VOWELS:  # Kravchenko, Krauchanka
        return 1, ("v", "")
    if letter in _VOWELS:
        return 1, ("" if at else "A",)
    if letter == "j":
        return 1, (("", "J") if at else ("A" if after in _VOWELS else "", "J", "H"))
    if letter == "c":
        return 1, ("s" if after and after in "eiy" else "k", "C")
    if letter == "z" and at and sounds[at - 1] in "lnr":  # Scholz, Franz, Merz
        return 1, ("z", "C")
    if letter == "g":
        return 1, ("G", "J") if after and after in "eiy" else ("G",)
    mute = letter in "rtsdxpz" and at == len(sounds) - 1 and len(sounds) > 4 and sounds[at - 1] in "aeiou"
    return 1, (letter, "") if mute else (letter,)


@functools.lru_cache(65_536)
def spoken(word: str, language: str) -> tuple[str, ...]:
    """How a word sounds with its vowels, roughly: whole, and without each ending it may have.

    Vowels are three: a (also o, which is a wherever it bears no stress), i and u.
    """
    return tuple(dict.fromkeys(_spoken(sounds) for stem in stems(word, language) for sounds in _sounds(stem, language)))


def _spoken(sounds: str) -> str:
    read, at = "", 0
    while at < len(sounds):
        length, choices = _choices(sounds, at)
        letters = sounds[at : at + length]
        read += _VOWEL_CLASSES[letters] if letters in _VOWEL_CLASSES else choices[0].translate(_ALIKE)
        at += length
    return _TWICE.sub(r"\1", read)
