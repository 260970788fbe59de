"""What the articles of a story count: their figures in, claims by subject out, each with its sentence."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from service.messages import Bound, Figure
from service.story.concepts import Subject, subject
from service.story.reports import Report, Told, by_when
from service.story.sentences import Place, sentence_at, sentences
from service.story.weighing import overlap, stems_of

READ = 2000
"""Characters of each text in which figures are looked at."""
ALIKE = 0.4
"""Share of words that two sentences must have in common for their amounts ("5 %", "30 km") to be of the same thing."""
LONGEST = 400
"""Characters of a sentence that are shown."""
MOST_AMOUNTS = 60
"""Groups of sentences told apart for one unit."""


@dataclass(frozen=True, slots=True)
class Claim:
    """An article says that there are so many."""

    article_id: str
    source: str
    origin: str
    """The voice behind the article."""
    at: datetime
    """When the article was out."""
    language: str
    value: Decimal
    written: str
    """The value in one written form."""
    unit: str
    counts: str
    bound: Bound
    sentence: str
    start: int
    """Where the figure stands in the article's latest text, in characters; `end` is behind the last."""
    end: int


@dataclass(frozen=True, slots=True)
class Counted:
    """All claims on one subject, in the order in which the articles were out; those of one in that of its text."""

    subject: Subject
    unit: str
    claims: tuple[Claim, ...]


def counted(told: Sequence[Told], reports: Mapping[str, Report], origin_of: Mapping[str, str]) -> list[Counted]:
    """Claims by what they count. Articles of which no report is known are left out."""
    ordered = sorted((each for each in told if each.article_id in reports), key=_by_when(reports))
    groups: dict[tuple[str, str], list[Claim]] = {}
    subjects: dict[tuple[str, str], Subject] = {}
    amounts: dict[tuple[str, str], list[tuple[list[str], str]]] = {}
    for each in ordered:
        for claim, named in _claims(each, reports[each.article_id], origin_of):
            if claim.unit:
                named = _amount(claim, amounts.setdefault((claim.unit, claim.language), []))
            if named:
                subjects.setdefault((named.name, claim.unit), named)
                groups.setdefault((named.name, claim.unit), []).append(claim)
    return [Counted(subjects[key], key[1], tuple(claims)) for key, claims in groups.items()]


def _by_when(reports: Mapping[str, Report]) -> Callable[[Told], tuple[datetime, str]]:
    return lambda told: (by_when(reports[told.article_id]), told.article_id)


def _claims(told: Told, report: Report, origin_of: Mapping[str, str]) -> Iterator[tuple[Claim, Subject | None]]:
    text = told.text[:READ]
    places = sentences(text, told.language)
    for figure in told.figures:
        if not places or figure.end > places[-1][1] or figure.start >= figure.end:
            continue
        place = places[max(0, sentence_at(places, figure.start))]
        claim = _claim(told, report, origin_of.get(told.article_id, report.origin), figure, place)
        named = None
        if not claim.unit:
            named = subject(figure.counts, told.language, text[place[0] : place[1]], figure.start - place[0])
        yield claim, named


def _claim(told: Told, report: Report, origin: str, figure: Figure, place: Place) -> Claim:
    return Claim(
        article_id=told.article_id,
        source=report.source,
        origin=origin,
        at=by_when(report),
        language=told.language,
        value=Decimal(figure.value),
        written=figure.value,
        unit=figure.unit,
        counts=figure.counts,
        bound=figure.bound,
        sentence=told.text[place[0] : min(place[1], place[0] + LONGEST)],
        start=figure.start,
        end=figure.end,
    )


def _amount(claim: Claim, known: list[tuple[list[str], str]]) -> Subject | None:
    """Amounts are of the same thing if their sentences are much alike, in one language."""
    words = stems_of(claim.sentence, claim.language)
    for others, name in known:
        if overlap(words, others) >= ALIKE:
            return Subject(name)
    if len(known) >= MOST_AMOUNTS:
        return None
    known.append((words, f"{claim.language}:{claim.unit} {len(known) + 1}"))
    return Subject(known[-1][1])
