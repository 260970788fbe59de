"""Who had it first and who had it from whom: reports and what they lean on in, edges in order out."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from service.story.reports import Citing, Report, by_when, in_order

Way = Literal["copy", "byline", "citation"]
_WAYS: tuple[Way, ...] = ("copy", "byline", "citation")


@dataclass(frozen=True, slots=True)
class Edge:
    """An article has something from another source."""

    article_id: str
    source: str
    """Who published it."""
    at: datetime
    """When it was out."""
    way: Way
    """copy: nearly the same text; byline: all of it, as it says; citation: what it says so of."""
    from_source: str
    """Where it has it from; "" for a copy of an article that is not in the story."""
    from_article: str
    """The article of that source that was out last before it; "" if the story has none of it."""
    cue: str = ""
    """The words that say so."""
    whole: bool = False
    """All of it comes from there."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """How a story came about and spread."""

    first: Report | None
    """What was out first."""
    edges: tuple[Edge, ...]
    """The article that was out first at the head. They may lead round in a circle: sources cite each other."""


def provenance(reports: Sequence[Report], citings: Sequence[Citing]) -> Provenance:
    """What is said of articles that are not among the reports is left out."""
    ordered = in_order(reports)
    by_id = {each.article_id: each for each in ordered}
    shelves = _shelves(ordered)
    edges = {edge_key(each): each for each in _copied(ordered, by_id)}
    for citing in citings:
        if report := by_id.get(citing.article_id):
            edge = _cited(report, citing, shelves.get(citing.source, _Shelf((), ())))
            edges[edge_key(edge)] = edge
    place = {report.article_id: number for number, report in enumerate(ordered)}
    in_place = sorted(edges.values(), key=lambda each: (place[each.article_id], *edge_key(each)))
    return Provenance(ordered[0] if ordered else None, tuple(in_place))


def edge_key(edge: Edge) -> tuple[str, int, str]:
    """What tells an edge from all others."""
    return edge.article_id, _WAYS.index(edge.way), edge.from_source


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The articles of one source in order, and when they were out."""

    times: Sequence[datetime]
    ids: Sequence[str]

    def before(self, at: datetime) -> str:
        """The last one that was out by then; else the first one, for times are not always told truly."""
        found = bisect_right(self.times, at)
        return self.ids[max(0, found - 1)] if self.ids else ""


def _shelves(ordered: Sequence[Report]) -> dict[str, _Shelf]:
    of_source: dict[str, list[Report]] = {}
    for each in ordered:
        of_source.setdefault(each.source, []).append(each)
    return {
        source: _Shelf([by_when(each) for each in some], [each.article_id for each in some])
        for source, some in of_source.items()
    }


def _copied(ordered: Sequence[Report], by_id: Mapping[str, Report]) -> list[Edge]:
    return [_copy(each, by_id.get(each.original_id)) for each in ordered if each.original_id]


def _copy(report: Report, original: Report | None) -> Edge:
    return Edge(
        article_id=report.article_id,
        source=report.source,
        at=by_when(report),
        way="copy",
        from_source=original.source if original else "",
        from_article=report.original_id if original else "",
        whole=True,
    )


def _cited(report: Report, citing: Citing, shelf: _Shelf) -> Edge:
    target = shelf.before(by_when(report))
    return Edge(
        article_id=report.article_id,
        source=report.source,
        at=by_when(report),
        way="byline" if citing.byline else "citation",
        from_source=citing.source,
        from_article=target if target != report.article_id else "",
        cue=citing.cue,
        whole=citing.whole or citing.byline,
    )
