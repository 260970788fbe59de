"""What is known of an article when one asks what its story says, and on whose word: values for this package alone."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from service.messages import Entity, Figure, Precision
from service.sources import Control

EXACT: frozenset[Precision] = frozenset(("", "second", "minute"))
"""Precisions that name a moment; one that is not known is taken at its word."""


@dataclass(frozen=True, slots=True)
class Report:
    """An article of a story, without its text."""

    article_id: str
    source: str
    """Who published, by the one name the outlet has."""
    seen_at: datetime
    language: str = "und"
    title: str = ""
    house: str = ""
    """What the source shares with outlets that are not independent of it; "" for the source itself."""
    control: Control = ""
    original_id: str = ""
    """The article it is a copy of, in this story or not."""
    agencies: tuple[str, ...] = ()
    """Sources that its bylines name."""
    cites: tuple[str, ...] = ()
    """Sources that its text names for parts of what it says."""
    only_cites: bool = False
    """Nothing in it comes from elsewhere than the one source that it cites."""
    published_at: datetime | None = None
    precision: Precision = ""
    """How exactly `published_at` is known."""
    gone: bool = False
    """It was deleted: it still counts for who reported first, and is not quoted any more."""

    @property
    def origin(self) -> str:
        """The house it was written in."""
        return self.house or self.source


@dataclass(frozen=True, slots=True)
class Citing:
    """An article of a story leans on another source."""

    article_id: str
    source: str
    """Of the source cited, by the one name it has."""
    cue: str = ""
    byline: bool = False
    whole: bool = False
    """Nothing in the article comes from elsewhere."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the current text of an article says, as far as a story is told by it."""

    article_id: str
    language: str
    text: str
    figures: tuple[Figure, ...] = ()
    entities: tuple[Entity, ...] = ()
    places: tuple["Named", ...] = ()
    dates: tuple[str, ...] = ()
    """ISO 8601, as far as they are known."""


@dataclass(frozen=True, slots=True)
class Named:
    """A place that a text names."""

    id: str
    """`geo_625144` for a city, a code of ISO 3166 for the others."""
    name: str
    country: str = ""


def by_when(report: Report) -> datetime:
    """The moment by which it was certainly out.

    That is when it says it was published, or the end of the day (month, year) that it says, or when we saw it if
    that was before: so a mere date never beats a minute of the same day.
    """
    at = report.published_at
    if at is None:
        return report.seen_at
    out = at if report.precision in EXACT else _end(at, report.precision)
    return out if out < report.seen_at else report.seen_at


def _end(at: datetime, precision: Precision) -> datetime:
    at = at.astimezone(UTC)
    month = 12 if precision == "year" else at.month
    day = at.day if precision == "day" else monthrange(at.year, month)[1]
    return datetime(at.year, month, day, 23, 59, 59, tzinfo=UTC)


def counted_at(report: Report) -> datetime:
    """The moment at which it counts in rates: when it was published if that is exact, else when we saw it."""
    exact = report.published_at is not None and report.precision in EXACT
    return by_when(report) if exact else report.seen_at


def in_order(reports: Iterable[Report]) -> list[Report]:
    """Each article once, the one that was out first at the head; at the same moment own reporting goes before
    what is copied or taken from others."""
    return sorted({each.article_id: each for each in reports}.values(), key=_place)


def _place(report: Report) -> tuple[datetime, bool, str]:
    return by_when(report), bool(report.original_id or report.agencies or report.only_cites), report.article_id


@dataclass(frozen=True, slots=True)
class Span:
    """Hours, from one to before another."""

    start: datetime
    end: datetime = field(default=datetime.max.replace(tzinfo=UTC))

    @property
    def hours(self) -> float:
        return (self.end - self.start) / timedelta(hours=1)
