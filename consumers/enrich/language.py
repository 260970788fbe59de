"""Language: title and text in, a two-letter code and how sure we are of it out.

A statistical model says which languages are likely; letters that a language does not have speak against it,
which tells neighbours apart in short titles (ў is Belarusian, ї Ukrainian, ě Czech); what the feed says
counts as a prior.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier

VERSION = "2"
UNKNOWN = "und"
SAMPLE = 300
"""Characters of the text that are looked at; more add cost and no certainty."""
LEAST_LETTERS = 3
SURE_WITHOUT_HINT = 12
"""Letters below which a text in the Latin or Cyrillic alphabet is believed only if the feed agrees."""
PRIOR = 6.0
"""How many times likelier the language is that the feed names."""
FOREIGN_SHARE = 0.01
"""Share of letters a language does not have above which a text is hardly in it."""
FOREIGN_FACTOR = 0.02
CANDIDATES = 16
"""Languages that the model finds likeliest; the others are not looked at."""
DOUBTFUL = 0.3
"""Below this a short text is not believed even where the feed agrees."""
_FEW_NEWS = "an ba br bs eo fo fy gd ht io jv ku la lb lg ln mg oc qu sa se sn st tg tk tt vo wa xh yo zu"
RARE = frozenset(_FEW_NEWS.split())
MUCH_NEWS = {"en": 3.0, "ru": 2.0}
"""How many times likelier these are than others to begin with, for so much news is in them."""
RARELY = 0.2
"""How much likelier a text in the languages above is really in another: hardly any news is in them."""

NORWEGIAN = {"nb": "no", "nn": "no"}

# Letters that tell neighbours apart, and every language of the model that has them.
_LETTERS: Mapping[str, str] = {
    "ў": "be",
    "і": "be uk kk",
    "ї": "uk",
    "є": "uk",
    "ґ": "uk",
    "и": "ru uk bg mk sr kk ky mn tg tt ba",
    "ы": "ru be kk ky mn tt ba",
    "э": "ru be kk ky mn tg tt ba",
    "ё": "ru be kk ky mn tg tt ba",
    "щ": "ru uk bg kk ky mn tt ba",
    "ъ": "ru bg kk ky mn tg tt ba",
    "й": "ru uk be bg kk ky mn tg tt ba",
    "ь": "ru uk be bg kk ky mn tt ba",
    "ю": "ru uk be bg kk ky mn tg tt ba",
    "я": "ru uk be bg kk ky mn tg tt ba",
    "ѓ": "mk",
    "ќ": "mk",
    "ѕ": "mk",
    "ј": "mk sr",
    "љ": "mk sr",
    "њ": "mk sr",
    "џ": "mk sr",
    "ђ": "sr",
    "ћ": "sr",
    "қ": "kk tg",
    "ғ": "kk tg ba",
    "ә": "kk tt ba",
    "ң": "kk ky tt ba",
    "ө": "kk ky mn tt ba",
    "ү": "kk ky mn tt ba",
    "ұ": "kk",
    "ӣ": "tg",
    "ӯ": "tg",
    "ҳ": "tg",
    "ҷ": "tg",
    "ҙ": "ba",
    "ҡ": "ba",
    "ě": "cs",
    "ř": "cs",
    "ů": "cs",
    "ť": "cs sk",
    "ď": "cs sk",
    "ľ": "sk",
    "ĺ": "sk",
    "ŕ": "sk",
    "ł": "pl",
    "ę": "pl lt",
    "ą": "pl lt",
    "ż": "pl mt",
    "ć": "pl hr bs sr",
    "đ": "hr bs sr vi",
    "č": "cs sk sl hr bs sr lt lv se",
    "š": "cs sk sl hr bs sr lt lv et se",
    "ž": "cs sk sl hr bs sr lt lv et se",
    "ė": "lt",
    "į": "lt",
    "ų": "lt",
    "ā": "lv",
    "ē": "lv",
    "ī": "lv",
    "ķ": "lv",
    "ļ": "lv",
    "ņ": "lv",
    "õ": "et pt gl vi",
    "ã": "pt vi",
    "ñ": "es gl eu tl qu br",
    "ß": "de lb",
    "ő": "hu",
    "ű": "hu",
    "ă": "ro vi",
    "ș": "ro",
    "ț": "ro",
    "ə": "az",
    "ğ": "tr az tt",
    "ı": "tr az",
    "ş": "tr az ku tk ro",
    "å": "sv no da fi",
    "æ": "no da is fo",
    "ø": "no da fo",
    "þ": "is",
    "ð": "is fo",
}
_MARKS: Mapping[str, str] = {
    "be": r"\w+(?:цца|ага|аму|ымі|аў|асць)|і|што|але|гэта|з|каб|над|ён|яны",
    "uk": r"\w+(?:ий|ого|ила|или|ться|ість|ння|ськ\w+)|у|що|але|це|з|щоб|за|до|та",
    "ru": r"\w+(?:ый|ого|ость|ение|ния|ся|ли|ила|ют|ить|ать)|что|это|не|из|чтобы|как|для",
    "bg": r"\w+(?:ото|ата|ията|ият|ия|ът|ите)|се|ще|на|от|за|със|беше|са",
    "mk": r"\w+(?:ото|ата|ите|иот|от|њето|ува)|се|ќе|на|од|за|со|беше|ги|го",
    "cs": r"\w+(?:ého|ému|ých|ými|ovat|uje|ství|ům|ou)|se|že|jsou|byl\w?|při|pro|před|ve|ze",
    "sk": r"\w+(?:ého|ému|ých|ými|ovať|uje|stvo|om|ia)|sa|že|sú|bol\w?|pri|pre|pred|vo|zo|podľa|ktor\w+",
    "hr": r"proračun\w*|plaće?|plaća\w*|tjed\w+|tisuć\w+|vlak\w*|sustav\w*|tko|općin\w+|uporab\w+|glazb\w+"
    r"|nogomet\w*|zrakoplov\w*|sveučiliš\w+|siječnja|veljače|ožujka|travnja|svibnja|lipnja|srpnja|kolovoza|rujna"
    r"|listopada|studenog\w?|prosinca|županij\w+|povijest\w*|izvješ\w+|četvrti|kazališ\w+|cest\w+|tvrtk\w+",
    "bs": r"budžet\w*|plat[aeu]m?a?|sedmic\w+|hiljad\w+|voz\w?|sistem\w*|januar\w?|februar\w?|marta|aprila|maja"
    r"|juna|jula|avgusta|augusta|septembra|oktobra|novembra|decembra|poslije|nastavni\w+|saopć\w+|historij\w+|kanton\w*"
    r"|fudbal\w*|općin\w+|entitet\w*|univerzitet\w*|saobraćaj\w*|sljedeć\w+|naselj\w+",
    "sv": r"och|är|för|från|till|antog|med|av|en ny|ett|att|inte|efter|vid|högre|\w+(?:orna|arna|erna|ades|ning)",
    "da": r"og|er|til|af|et|at|ikke|efter|ved|nyt|vedtog|højere|fra|blev|\w+(?:erne|ede|ning|hed)",
    "no": r"og|er|til|av|et|å|ikke|etter|ved|nytt|vedtok|høyere|fra|ble|\w+(?:ene|et|ing|het)",
    "id": r"karena|bahwa|pada|kota|tidak|petugas|warga|uang|kantor|polisi|rumah sakit|anggaran|baru|mobil|bisa",
    "ms": r"kerana|bahawa|bandar|daripada|belanjawan|baharu|wang|pejabat|kereta|boleh|kerajaan|penduduk|selepas|ialah",
    "pt": r"não|são|uma?|da|do|na|no|nas|dos|das|com|pelo|pela|ao|\w+(?:ção|ções|ões|ão)",
    "gl": r"non|son|unha?|da|do|na|no|nas|dos|das|co|polo|pola|ao|\w+(?:ción|cións|ións|ou|xe\w*|eiro)|o|os|xa|máis",
    "es": r"no|son|una?|de la|del|en|las|los|con|por|al|el|\w+(?:ción|ciones|ó|ían)|y|más",
}  # fmt: skip
"""Words and endings that neighbours with nearly the same letters do not share."""
_NEIGHBOURS = ("be uk ru bg mk", "cs sk", "hr bs", "sv da no", "id ms", "pt gl es")
_GROUPS = {code: tuple(group.split()) for group in _NEIGHBOURS for code in group.split()}
_MARKED = {code: re.compile(rf"(?<!\w)(?:{mark})(?!\w)") for code, mark in _MARKS.items()}
MARK_FACTOR = 2.0
"""How many times likelier each such word makes its language."""
MOST_MARKS = 6
_HAVE = {letter: frozenset(languages.split()) for letter, languages in _LETTERS.items()}
_DISTINCTIVE = re.compile(f"[{''.join(_LETTERS)}]")
_ADDRESS = re.compile(r"https?://\S+")
_LETTER = re.compile(r"[^\W\d_]")
_SMALL_WORD = re.compile(r"(?<![^\W\d_])[a-zß-öø-ÿа-џґқғәңөүұӣӯҳҷҙҡ][^\W\d_]*")
_ALPHABETIC = re.compile("[a-zà-ɏ\u0400-\u04ff]", re.IGNORECASE)


def language(title: str, text: str, hint: str = "") -> tuple[str, float]:
    """The code and a confidence from 0 to 1; ("und", 0.0) where there is too little to tell it by."""
    sample = _ADDRESS.sub(" ", f"{title}. {text[:SAMPLE]}")
    letters = len(_LETTER.findall(sample))
    if letters < LEAST_LETTERS:
        return UNKNOWN, 0.0
    hint = _code(hint)
    scores = _marked(_weighed(dict(_model().rank(sample)), sample, hint), sample)
    best = max(scores, key=scores.__getitem__)
    short = letters < SURE_WITHOUT_HINT and _ALPHABETIC.search(sample)
    if short and (best != hint or scores[best] < DOUBTFUL):
        return UNKNOWN, 0.0
    return best, round(scores[best], 3)


def _code(hint: str) -> str:
    """`be-BY` and `BE_by` are `be`."""
    code = re.split("[-_]", hint.strip().lower())[0]
    return NORWEGIAN.get(code, code)


def _weighed(scores: dict[str, float], sample: str, hint: str) -> dict[str, float]:
    scores["no"] += scores.pop("nn")
    likely = sorted(scores, key=scores.__getitem__, reverse=True)[:CANDIDATES]
    scores = {code: scores[code] for code in {*likely, *MUCH_NEWS, hint} & scores.keys()}
    if hint in scores:
        scores[hint] *= PRIOR
    for code, weight in MUCH_NEWS.items():
        scores[code] *= weight
    for code in RARE & scores.keys() - {hint}:
        scores[code] *= RARELY
    foreign = _foreign(sample, scores)
    scores = {code: score * FOREIGN_FACTOR ** foreign.get(code, 0) for code, score in scores.items()}
    total = sum(scores.values()) or 1.0
    return {code: score / total for code, score in scores.items()}


def _marked(scores: dict[str, float], sample: str) -> dict[str, float]:
    """Settle neighbours by small words, where the likeliest language has any."""
    group = _GROUPS.get(max(scores, key=scores.__getitem__), ())
    lower = sample.lower()
    for code in group:
        if code in scores:
            found = sum(1 for _ in zip(range(MOST_MARKS), _MARKED[code].finditer(lower), strict=False))
            scores[code] *= MARK_FACTOR**found
    total = sum(scores.values()) or 1.0
    return {code: score / total for code, score in scores.items()}


def _foreign(sample: str, codes: Iterable[str]) -> dict[str, int]:
    """For each language, how many letters (at most 3) it does not have, if they are more than a name or two.

    Words in capitals are names, and may be foreign in any text; they count where there is nothing else.
    """
    words = "".join(_SMALL_WORD.findall(sample)) or sample.lower()
    counts = Counter(_DISTINCTIVE.findall(words))
    if not counts:
        return {}
    foreign = {code: sum(n for letter, n in counts.items() if code not in _HAVE[letter]) for code in codes}
    return {code: min(3, times) for code, times in foreign.items() if times / len(words) > FOREIGN_SHARE}


@functools.cache
def _model() -> LanguageIdentifier:
    """Languages with a two-letter code alone: a dialect would open strands of its own."""
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in model.labels if len(code) == 2])
    model.nb_ptc = np.ascontiguousarray(model.nb_ptc)  # looked up by rows: a third faster so
    return model
