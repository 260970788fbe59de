"""Grammatical forms: a country's name, or the stem of its adjective or of its people, in; all its forms out.

Forms are made once, when a language is first seen, so that looking a word up is one look into a dictionary.
They are made by declension class, from the ending of the nominative, and may be a few too many: a form that
no text contains does no harm. For languages without a table here a word may carry any short ending, which
`tails` says; for languages that do not inflect names, a possessive s.
"""

from collections.abc import Iterator, Mapping
from itertools import chain

from service.text import fold

Classes = tuple[tuple[str, str, str], ...]
"""(ending of the nominative, what stays in its place, endings that may follow)."""

_NOUNS: Mapping[str, Classes] = {
    "be": (
        ("ія", "і", "я і ю яй яю"), ("ая", "", "ая ай ую аю"), ("ыя", "ы", "я і ю яй яю х м мі"),
        ("ае", "", "ае ага аму ым"), ("а", "", "а ы е э у ай ою і"), ("я", "", "я і ю яй яю"),
        ("ь", "", "ь і ю я ем яў ям ямі ях"), ("й", "", "й я ю ем і"), ("ы", "", "ы аў ам амі ах"),
        ("і", "", "і аў яў ам ям амі ямі ах ях"), ("о", "", "о"),
    ),
    "ru": (
        ("ия", "и", "я и ю ей ею"), ("ая", "", "ая ой ую ою"), ("а", "", "а ы и е у ой ою ей ею"),
        ("я", "", "я и е ю ей ею"), ("ь", "", "ь и ью я ю ем е"), ("й", "", "й я ю ем е"),
        ("ые", "", "ые ых ым ыми"), ("ое", "", "ое ого ому ом ым"), ("ы", "", "ы ов ам ами ах"),
        ("и", "", "и ов ам ами ах"), ("о", "", "о"),
    ),
    "uk": (
        ("ія", "і", "я ї ю єю є"), ("а", "", "а и і у ою ею о ій ої"), ("я", "", "я і ї ю ею єю є"),
        ("ь", "", "ь і ю я ем єю ві"), ("й", "", "й ю я єм ї"), ("е", "", "е ого ому им"),
        ("и", "", "и ів ам ами ах"), ("і", "", "і их им ими ів ам ами ах"), ("о", "", "о"),
    ),
    "bg": (("а", "", "а ата"), ("я", "", "я ята"), ("и", "", "и ите"), ("о", "", "о ото")),
    "pl": (
        ("ski", "sk", "i iego iemu im"), ("cki", "ck", "i iego iemu im"), ("kie", "k", "ie iego iemu im"),
        ("ja", "j", "a i ę ą o"), ("ia", "i", "a i ę ą o ej"), ("a", "", "a y i e ę ą o ie iej ej"),
        ("ś", "s", "i ią"), ("y", "", "y ów om ami ach ech ego emu ym ych ymi"),
        ("e", "", "e i ych ym ymi ów om ami ach ich im"), ("o", "", "o a u em"),
    ),
    "cs": (
        ("ý", "", "ý ého ému ém ým"), ("o", "", "o a u em"), ("ie", "i", "e i í"), ("a", "", "a y u ou ě e i"),
        ("á", "", "á é ou"),
        ("é", "", "é ých ým ými ého ému ém"), ("í", "", "í ím ího ímu"), ("y", "", "y ů ům ech ách ami"),
        ("e", "", "e i í ích"),
    ),
    "sk": (
        ("o", "", "o a u e om"), ("ia", "i", "a e i u ou"), ("a", "", "a y u e ou"), ("á", "", "á ej ú ou"),
        ("é", "", "é ých ým ými ého ému om"), ("y", "", "y ov om och ách ami"), ("e", "", "e ích"),
    ),
    "sl": (
        ("ka", "k", "a e i o em im"), ("a", "", "a e i o"), ("e", "", "e am ah ami"),
        ("o", "", "o a u em om ega emu im"), ("i", "", "i ih im imi"),
    ),
}  # fmt: skip
_CONSONANT = {
    "be": "а у ам ом ем е ы ю я", "ru": "а у ом ем е ы", "uk": "а у і ом ові", "bg": "ът а",
    "pl": "u a owi em iem ie e", "cs": "u em e a ě i", "sk": "u a om e i", "sl": "a u om em ja ju jem",
}  # fmt: skip
"""What may follow a name that ends in a consonant."""
_SOFTENED: Mapping[str, str] = {
    "pl": "k=ce g=dze h=sze r=rze t=cie d=dzie n=nie ch=sze st=ście ł=le c=cze sk=sce",
    "cs": "k=ce h=ze r=ře ck=čte sk=ště ch=še",
    "sk": "",
    "uk": "к=ці г=зі х=сі",
    "be": "к=цы к=ку т=це д=дзе р=ры",
    "bg": "к=це",
    "sl": "k=ce",
    "ru": "",
}
"""The last consonant of a stem before the ending that softens it."""
_MOBILE: Mapping[str, Mapping[str, str]] = {
    "pl": {
        "niemcy": "niemczech niemiec niemcami niemcom", "włochy": "włoch włoszech", "chiny": "chin",
        "filipiny": "filipin",
        "węgry": "węgier węgrzech", "stany": "stanów stanach stanom stanami", "czechy": "czech czechach",
        "zjednoczone": "zjednoczonych zjednoczonym zjednoczonymi zjednoczonego zjednoczonemu",
        "obwód": "obwodu obwodzie obwodem obwodowi", "województwo": "województwie", 
        "dom": "domowi", "biały": "białego białemu białym",
        "wielka": "wielkiej wielką", "indie": "indii indiach indiom",
    },
    "cs": {
        "spojené": "spojených spojeným spojenými", "státy": "států státech státům",
        "království": "království královstvím", "korea": "korey koreje koreji koreu koreou",
        "indie": "indii indií", "čechy": "čech čechách",
    },
    "sk": {"spojené": "spojených spojeným", "štáty": "štátov štátoch štátom"},
    "ru": {
        "соединенные": "соединенных соединенным соединенными", "штаты": "штатов штатах штатам штатами",
        "южная": "южной южную", "северная": "северной северную",
        "королевство": "королевства королевству королевством королевстве", "египет": "египта египту египтом египте",
    },
    "uk": {
        "сполучені": "сполучених сполученим сполученими", "штати": "штатів штатах штатам штатами",
        "білорусь": "білоруссю", "королівство": "королівства королівству королівством королівстві",
        "єгипет": "єгипту єгиптом єгипті",
    },
    "be": {
        "злучаныя": "злучаных злучаным злучанымі", "штаты": "штатаў штатах штатам штатамі",
        "беларусь": "беларуссю", "польшча": "польшчы польшчай польшчу польшчаю", "італія": "італіі італію італіяй",
        "егіпет": "егіпта егіпту егіптам егіпце", "каралеўства": "каралеўствам каралеўстве",
    },
    "bg": {"съединени": "съединените", "щати": "щатите", "обединеното": "обединено"},
    "sl": {
        "združene": "združenih združenim združenimi", "države": "držav državah državam državami",
        "združeno": "združenega združenemu združenem združenim",
        "kraljestvo": "kraljestva kraljestvu kraljestvom",
    },
}  # fmt: skip

_ADJECTIVE = {
    "ru": "ий ого ому им ом ая ой ую ою ое ие их ими и",
    "uk": "ий ого ому им ім а ої ій у ою е і их ими и",
    "be": "і ага аму ім ая ай ую ою аю ае ія іх імі",
    "bg": "и ия ият а ата о ото ите",
    "pl": "i iego iemu im a iej ą ie ich imi u o",
    "cs": "ý ého ému ém ým á é ou ých ými y ě í ú",
    "sk": "ý ého ému om ým á é ej ú ou ých ými y í",
    "sl": "i ega emu em im a e o ih imi ima",
    "de": " e er en es em", "fr": " e s es ne nes", "es": " a es as s", "pt": " a es as s",
}  # fmt: skip
_PEOPLE = {
    "ru": " а я ы и е у ю ой ей ою ею ом ем ов ев ам ям ами ями ах ях ь о й ью",
    "uk": " а я и і ї е є у ю ою ею єю ом ем єм ів їв ам ям ами ями ах ях ь о й ові еві єві ій ей",
    "be": " а я ы і е у ю ай ой яй ою аю ом ам ем ём аў яў оў амі ямі ах ях ь й э",
    "bg": " а я и о е та то ът ят те ия й ята ите ците",
    "pl": " a i y e ę ą o u ów om ami ach em owi ii ie ech ię ią iem ze iu ó ego emu im ej ym ich ych cie "
    "ycy yków ykom owie",
    "cs": " a e i o u y é í á ou em ům ech ích emi ami ách ám ě ovi ové ů mi ím ími ého ému ém ý ých ým ými",
    "sk": " a e i o u y é í á ou om ov och mi ovi ovia ia ami ách iam",
    "sl": " a e i o u ah am ami em ih ov om jo ju ja ji ima ev ega emu im imi je evi",
    "de": " n s r en es in innen", "en": "",
}  # fmt: skip
_PERSONAL_PLURAL = {"cs": "sk=ští ck=čtí", "sk": "", "pl": "sk=scy ck=ccy dzk=dzcy"}
"""Of adjectives of persons: ruští, rosyjscy."""
_FINAL_VOWELS = {"es": "o", "it": "oe", "pt": "o"}
_AFTER_VOWEL = {"o": "o a os as i e", "e": "e i"}

_NO_TAIL = frozenset(("zh", "ja", "th", "lo", "km", "my", "yue", "vi"))
_WITH_POSSESSIVE = "en de fr es it pt nl sv da no af ca gl id ms tl sw"
_POSSESSIVE = frozenset(_WITH_POSSESSIVE.split())


def name_forms(word: str, language: str) -> frozenset[str]:
    """The folded forms of one word of a name; an acronym has one."""
    lower = word.casefold()
    if language not in _NOUNS or (word.isupper() and len(word) <= 4):
        return frozenset((fold(word),))
    forms = {lower, *_MOBILE.get(language, {}).get(lower, "").split(), *_declined(lower, language)}
    return frozenset(map(fold, forms))


def _declined(word: str, language: str) -> set[str]:
    for ending, kept, endings in _NOUNS[language]:
        stem = word.removesuffix(ending) + kept
        if word.endswith(ending) and len(stem) >= 3:
            softened = _softened(stem, language) if not kept else set()
            return {stem + form for form in endings.split()} | softened
    if word[-1] in "eiuоуеєiіéíıyаяьй":
        return set()
    return {word + form for form in _CONSONANT[language].split()} | _softened(word, language)


def _softened(stem: str, language: str) -> set[str]:
    pairs = (pair.split("=") for pair in _SOFTENED[language].split())
    return {stem.removesuffix(hard) + soft for hard, soft in pairs if stem.endswith(hard)}


def adjective_forms(stem: str, language: str) -> frozenset[str]:
    """The folded forms of an adjective, from its stem or, in Romance languages, its masculine."""
    stem = stem.casefold()
    if stem[-1] in _FINAL_VOWELS.get(language, ""):
        ends: list[str] = _AFTER_VOWEL[stem[-1]].split()
        return frozenset(fold(stem[:-1] + end) for end in chain(ends, (stem[-1],)))
    plural = _PERSONAL_PLURAL.get(language, "").split()
    softened = (stem.removesuffix(hard) + soft for hard, soft in (p.split("=") for p in plural) if stem.endswith(hard))
    return frozenset(map(fold, chain((stem + end for end in _ADJECTIVE.get(language, "").split(" ")), softened)))


def people_forms(stem: str, language: str) -> frozenset[str]:
    """The folded forms of what its people are called, from their stem."""
    return frozenset(fold(stem.casefold() + end) for end in _PEOPLE.get(language, "").split(" "))


SMALL_PEOPLE = frozenset(("be", "bg", "es", "it", "mk", "pt", "ru", "uk"))
"""Languages that write peoples small: with a capital inside a sentence it is somebody's name."""


def tails(language: str) -> int:
    """How many letters a name may carry beyond its stem in a text of a language without forms of its own."""
    return 0 if language in _NOUNS or language in _NO_TAIL or language in _POSSESSIVE else 5


def possessive(language: str) -> bool:
    """Whether a name may carry an s."""
    return language in _POSSESSIVE


INFLECTED = frozenset(_NOUNS)
"""Languages with a table of forms."""
_OBLIQUE = {
    "be": "|а|у|е|ы|і|ом|ам|аў|ай|ою|ю|я|ем|й|ь", "ru": "|а|у|е|ы|и|ом|ой|ою|ю|я|ем|ей|ь|й|ого|ому|ым|ие|ых",
    "uk": "|а|у|е|и|і|ом|ою|ові|ю|я|ем|ї|ь|ій|ого|ому|им", "bg": "|а|я",
    "pl": "|a|u|ie|y|i|em|ą|ę|ze|owi|e|iu|o|ego|iem",
    "cs": "|a|u|e|y|i|em|ou|o", "sk": "|a|u|e|y|i|om|ou|o", "sl": "|a|u|e|i|om|em|o|ju|ja|jem",
}  # fmt: skip
_NOMINATIVES = {
    "be": ("", "а", "я", "ь", "о"),
    "ru": ("", "а", "я", "ь", "о"),
    "uk": ("", "а", "я", "ь", "е"),
}
_LATIN_NOMINATIVES = ("", "a", "o", "e", "ia")


_HARDENED = {
    "be": "ц=т дз=д з=г с=х ц=к", "uk": "з=г ц=к с=х", "cs": "z=h c=k", "sk": "",
    "pl": "ci=t dzi=d rz=r dz=g c=k szci=szt sci=st",
}  # fmt: skip
"""The last consonants of a softened stem, and what they are in the nominative, folded: Празі, Прага."""
_MOBILE_VOWEL = {"cs": "e", "sk": "e", "sl": "e", "pl": "e", "ru": "е", "be": "е", "uk": "е"}
"""What the nominative may have before its last consonant: Vídni, Vídeň."""
_LITHUANIAN = (
    "oje=a|eje=e|yje=is|iuje=ius|uje=us|e=as|ese=es|uose=ai|os=a|es=e|"
    "io=is|iaus=ius|aus=us|o=as|a=a|iu=iai|u=ai|ui=us|ai=a"
)
"""Ending, and what the nominative has in its place."""


def nominatives(word: str, language: str) -> Iterator[str]:
    """The folded nominatives that an oblique form of a city's name may have."""
    if language in INFLECTED:
        for ending in _OBLIQUE[language].split("|"):
            stem = word.removesuffix(fold(ending))
            if len(stem) >= 4 and word.endswith(fold(ending)):
                yield from _of_stem(stem, language)
    elif language == "lt":
        for ending, nominative in (pair.split("=") for pair in _LITHUANIAN.split("|")):
            if word.endswith(ending) and len(word) - len(ending) >= 3:
                yield word.removesuffix(ending) + nominative
    for cut in range(1, tails(language)):
        if len(word) - cut >= (2 if language == "ko" else 4):
            yield word[:-cut]
            if language == "ka":
                yield word[:-cut] + "ი"


def _of_stem(stem: str, language: str) -> Iterator[str]:
    basic = _NOMINATIVES.get(language, _LATIN_NOMINATIVES if language != "bg" else ("",))
    hard = (pair.split("=") for pair in _HARDENED.get(language, "").split())
    stems = [stem, *(stem.removesuffix(soft) + before for soft, before in hard if stem.endswith(soft))]
    yield from (each + nominative for each in stems for nominative in basic)
    if language == "uk" and stem[-2] in "оеє":  # Києва, Харкова: Київ, Харків
        yield stem[:-2] + ("ї" if stem[-2] == "є" else "і") + stem[-1]
    if vowel := _MOBILE_VOWEL.get(language):
        yield stem[:-1] + vowel + stem[-1]
