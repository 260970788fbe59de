"""Sources as lists show them. In: what the table knows, and who was heard of; out: those that are wanted."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from service.sources import Control, Source, Sources


@dataclass(frozen=True, slots=True)
class SourceFilter:
    """What is wanted; None wants all."""

    country: str | None = None
    language: str | None = None
    control: Control | None = None
    q: str | None = None
    """Part of its name or of one of its domains, in any case."""


@dataclass(frozen=True, slots=True)
class SourceView:
    """A source, and what comes from it."""

    source: Source
    feeds: int
    day: int
    """Articles published in the last 24 hours."""
    week: int
    """Those of the last seven days."""
    last_at: datetime | None
    """When its newest article was published; None if there is none."""

    @property
    def is_heard_of(self) -> bool:
        return bool(self.feeds or self.last_at)


def source_named(sources: Sources, said: str) -> Source:
    """The outlet that goes by this name, known or not."""
    return sources.of(said) if sources.knows(said) else Source(said, domains=(said,))


def wanted(sources: Sources, names: Iterable[str], by: SourceFilter) -> list[Source]:
    """Of the outlets that go by these names those that pass every filter, each once, by domain."""
    named = {each.domain: each for each in (source_named(sources, said) for said in names)}
    return sorted(_passing(named.values(), by), key=lambda each: each.domain)


def _passing(sources: Iterable[Source], by: SourceFilter) -> Iterator[Source]:
    part = by.q.casefold() if by.q else ""
    for each in sources:
        same = by.country in (None, each.country) and by.language in (None, each.language)
        if same and by.control in (None, each.control) and (not part or _holds(each, part)):
            yield each


def _holds(source: Source, part: str) -> bool:
    return part in source.name.casefold() or any(part in domain.casefold() for domain in source.domains)
