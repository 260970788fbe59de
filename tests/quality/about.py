"""How well `about:` tells what articles are about: nine queries in three languages, nineteen texts in five; what it
finds of what it should, and what it finds beside that.

python -m tests.quality.about
"""

from collections.abc import Iterator
from typing import NamedTuple

from consumers.embeddings import UniversalSentenceEncoder
from service.query.likeness import LEAST_LIKENESS, likeness
from service.query.understanding import AS_NEWS

QUERIES = {
    "prisoner release": "release",
    "Freilassung von Gefangenen": "release",
    "освобождение заключённых": "release",
    "election results": "election",
    "Wahlergebnis": "election",
    "итоги выборов": "election",
    "flood": "flood",
    "Hochwasser": "flood",
    "наводнение": "flood",
}
TEXTS = (
    ("release", "Belarus frees 52 prisoners. They crossed the border by bus on Thursday and were met by relatives."),
    ("release", "Belarus lässt 52 Gefangene frei. Sie wurden am Donnerstag mit Bussen an die Grenze gebracht."),
    ("release", "Белоруссия освободила 52 заключённых. Их привезли к границе на автобусах."),
    ("release", "Le Bélarus libère 52 prisonniers. Ils ont franchi la frontière en autocar jeudi."),
    ("release", "Białoruś uwolniła 52 więźniów. W czwartek przywieziono ich autobusami na granicę."),
    ("election", "The opposition wins the election. With all votes counted it has 54 of 101 seats."),
    ("election", "Die Opposition gewinnt die Wahl. Nach Auszählung aller Stimmen hat sie 54 von 101 Sitzen."),
    ("election", "Оппозиция победила на выборах. После подсчёта всех голосов у неё 54 места из 101."),
    ("election", "L'opposition remporte les élections. Elle obtient 54 des 101 sièges."),
    ("election", "Opozycja wygrywa wybory. Po przeliczeniu głosów ma 54 z 101 mandatów."),
    ("flood", "River bursts its banks. Hundreds leave their homes as water rises in the old town."),
    ("flood", "Fluss tritt über die Ufer. Hunderte verlassen ihre Häuser, das Wasser steigt in der Altstadt."),
    ("flood", "Река вышла из берегов. Сотни людей покинули дома, вода поднимается в старом городе."),
    ("flood", "La rivière sort de son lit. Des centaines d'habitants quittent leurs maisons."),
    ("flood", "Rzeka wystąpiła z brzegów. Setki osób opuszczają domy na starym mieście."),
    ("", "Court sentences a banker to six years in prison for fraud."),
    ("", "Library cat retires after eleven years at the lending desk."),
    ("", "Der Sommerfahrplan der Fähren beginnt am ersten Mai."),
    ("", "Хоккейный клуб выиграл четвёртый матч подряд."),
)


class Found(NamedTuple):
    wanted: int
    found: int
    """Of those."""
    beside: int
    """That should not be."""


def tried(at_least: float = LEAST_LIKENESS, as_news: str = AS_NEWS) -> Found:
    model = UniversalSentenceEncoder()
    texts = model.embed([text for _, text in TEXTS])
    asked = model.embed([as_news.format(query) for query in QUERIES])
    pairs = list(_pairs(asked, texts, at_least))
    return Found(
        sum(right for right, _ in pairs),
        sum(all(pair) for pair in pairs),
        sum(hit and not right for right, hit in pairs),
    )


def _pairs(asked: list[bytes], texts: list[bytes], at_least: float) -> Iterator[tuple[bool, bool]]:
    """Whether the text is about it, and whether it is found."""
    for subject, vector in zip(QUERIES.values(), asked, strict=True):
        for (about, _), text in zip(TEXTS, texts, strict=True):
            yield about == subject, likeness(vector, text) >= at_least


if __name__ == "__main__":
    for told, found in (("as a report", tried()), ("as it stands, from .3 on", tried(0.3, "{0}"))):
        print(f"{told}: {found.found} of {found.wanted} found, {found.beside} beside")
