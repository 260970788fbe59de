"""Stems: the part of a word that its grammatical forms share, by language.

Snowball where it knows the language. For Belarusian, Ukrainian, Bulgarian and Slovak, which it does not know,
a short list of inflection endings, longest first, is cut as long as three letters stay. Any other language:
the word itself. Stems are folded, so a query typed without accents meets the same stem.
"""

import re
import unicodedata
from collections.abc import Iterable
from threading import Lock

import Stemmer

from service.text.words import fold

_SNOWBALL = {
    "ar": "arabic", "hy": "armenian", "eu": "basque", "ca": "catalan", "cs": "czech", "da": "danish",
    "nl": "dutch", "en": "english", "eo": "esperanto", "et": "estonian", "fi": "finnish", "fr": "french",
    "de": "german", "el": "greek", "hi": "hindi", "hu": "hungarian", "id": "indonesian", "ga": "irish",
    "it": "italian", "lt": "lithuanian", "ne": "nepali", "no": "norwegian", "nb": "norwegian",
    "nn": "norwegian", "fa": "persian", "pl": "polish", "pt": "portuguese", "ro": "romanian",
    "ru": "russian", "sr": "serbian", "hr": "serbian", "bs": "serbian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip

_ENDINGS = {
    "be": "амі ямі ага яга ому аму яму ыцца іцца ўся ася ыся іся алі ялі ілі ылі аць яць іць ыць ать "
    "ымі імі ых іх ым ім ай ой эй яй ыя ія ую юю ае яе ою аю яю ях ах ам ям оў аў яў еў ў ла лі "
    "ем эм ом а я о е ё ы і у ю й ь",
    "uk": "ами ями ого його ому йому ється ться ася ися ося али или іли яли ати ити іти яти увати "
    "ими іми их іх им ім ий ій ої їй ою ею єю ую юю ає яє ах ях ам ям ом ем єм ів їв ев єв ла ли "
    "а я о е є и і ї у ю й ь",
    "bg": "овете евете ията ията ието ите ата ята ото ето ове еве ища ът ят та то те ен на но ни "
    "ия ий а я о е и у ъ ь",
    "sk": "ovia ami iami och iach ách iam ám om ov mi ého ému ým ými ých ej ou ia ie iu ím ich ích "
    "á é í ý ú a e i o u y",
}  # fmt: skip
_CUT = {
    language: re.compile(rf"(?:{'|'.join(sorted(set(endings.split()), key=lambda end: (-len(end), end)))})\Z")
    for language, endings in _ENDINGS.items()
}
_LEAST = 3
_ELISION = {language: re.compile(r"^\w{1,5}'(?=\w{2})") for language in ("fr", "it", "ca")}

STEMMED = frozenset(_SNOWBALL) | frozenset(_ENDINGS)
"""Languages whose words are stemmed; in others a word only matches its own form."""

_MOST_KEPT = 400_000
_known: dict[str, dict[str, str]] = {}
_stemmers: dict[str, Stemmer.Stemmer] = {}
_one_at_a_time = Lock()


def stem(word: str, language: str) -> str:
    """The folded stem of a word. Give it with its accents where you have them: the rules know them."""
    return stems((word,), language)[0]


def stems(words: Iterable[str], language: str) -> list[str]:
    """The stem of each word, in order; much faster for many words than `stem` for each."""
    if language not in STEMMED:
        return [fold(word) for word in words]
    known = _known.setdefault(language, {})
    if len(known) >= _MOST_KEPT:
        known.clear()
    return [known.get(word) or _remember(known, word, language) for word in words]


def _remember(known: dict[str, str], word: str, language: str) -> str:
    lower = unicodedata.normalize("NFC", word).casefold().replace("\u2019", "'").replace("\u02bc", "'")
    if elision := _ELISION.get(language):
        lower = elision.sub("", lower)
    known[word] = found = fold(_cut(lower, language)).strip("'") or fold(word)
    return found


def _cut(word: str, language: str) -> str:
    if name := _SNOWBALL.get(language):
        with _one_at_a_time:  # a Snowball stemmer keeps its work in itself
            return str(_stemmer(name).stemWord(word))
    ending = _CUT[language].search(word, _LEAST)
    cut = word[: ending.start()] if ending else word
    return cut[:-1] if len(cut) > _LEAST and cut[-1] == cut[-2] else cut  # Беларуссю, знання


def _stemmer(name: str) -> Stemmer.Stemmer:
    if name not in _stemmers:
        _stemmers[name] = Stemmer.Stemmer(name, 0)  # no cache of its own: `_known` is one
    return _stemmers[name]
