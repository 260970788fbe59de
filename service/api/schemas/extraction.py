"""How well the pages of sources are read."""

from datetime import datetime

from pydantic import Field

from service.api.schemas import PageQuery, Shown, Source
from service.model.extraction import ExtractionStatus, PageCounts, SourceExtraction


class ExtractionQuery(PageQuery):
    """Which sources."""

    source: Source | None = None
    """Only this one."""
    status: ExtractionStatus | None = None
    """Only those that do so."""


class Counts(Shown):
    """What became of pages."""

    asked: int
    """Pages that ought to have given a text; not those that politeness left alone."""
    read: int
    """Pages that were read, with a text or without."""
    failed: dict[str, int] = Field(examples=[{"status": 3, "turn": 1}])
    """Pages that were not, by reason: robots, turn, unreachable, status, not_html, late, extraction, address."""
    empty: int
    """Read, and no text found."""
    shorter: int
    """Less text than the feed gave."""
    undated: int
    """Texts without a time of publication."""
    anonymous: int
    """Texts without an author."""
    rule_missed: int
    """Texts that the source's rule of extraction did not find."""
    median_characters: int
    """Of the texts; 0 if there are none."""

    @classmethod
    def of(cls, counts: PageCounts) -> "Counts":
        counted = {name: counts[name] for name in ("read", "empty", "shorter", "undated", "anonymous", "rule_missed")}
        derived = {"asked": counts.asked, "failed": counts.failed, "median_characters": counts.median_characters}
        return cls.model_validate(counted | derived)


class Extraction(Shown):
    """How well the pages of one source are read."""

    source: str = Field(examples=["harbour-gazette.example"])
    status: ExtractionStatus
    """good; degraded, if fewer pages give a text, an author or a time than did before, or much shorter texts; unproved
    while too few were asked for."""
    why: str = Field(examples=["12% of pages give a text (97% before)"])
    """What is wrong; "" if nothing is."""
    since: datetime
    """Since when it is so."""
    at: datetime
    """When a page was last asked for."""
    recent: Counts
    """The newest pages: of the last six hours, or of up to a day where those are few."""
    past: Counts
    """Those of the three weeks before them."""

    @classmethod
    def of(cls, found: SourceExtraction) -> "Extraction":
        told = {"source": found.source, "status": found.judgement.status, "why": found.judgement.why}
        times = {"since": found.since, "at": found.at}
        return cls.model_validate({**told, **times, "recent": Counts.of(found.recent), "past": Counts.of(found.past)})
