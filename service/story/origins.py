"""Who stands behind a story: its reports in, its origins out.

Forty papers that print one report of an agency confirm it no better than one. A report is traced to where it
comes from: a copy to its original, a report with an agency's byline to that agency, one that only cites to the
source it cites, everything else to the house that published it. What is traced to the same house is one origin.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from service.sources import NONE, Control, Sources
from service.story.reports import Report, in_order


@dataclass(frozen=True, slots=True)
class Origin:
    """One voice: reports that go back to the same source."""

    source: str
    """The source that they go back to; it need have no article in the story."""
    control: Control
    reports: tuple[str, ...]
    """Ids of articles, the one that was out first at the head."""


@dataclass(frozen=True, slots=True)
class Corroboration:
    """On whose word a story stands."""

    origins: tuple[Origin, ...] = ()
    """In the order in which they reported."""
    citing: int = 0
    """Articles, copies aside, that only pass on what one other source reported, and say so."""
    earliest: Report | None = None
    """The first report; of those that only cite, where there are no others."""

    @property
    def independent(self) -> int:
        return len(self.origins)

    @property
    def controlled(self) -> int:
        """Origins that a government steers."""
        return sum(origin.control == "state" for origin in self.origins)


def corroboration(reports: Sequence[Report], known: Sources = NONE) -> Corroboration:
    """The same for the same reports in any order. `known` tells the houses of sources that are cited only."""
    ordered = in_order(reports)
    tracing = _Tracing({each.source: each for each in reversed(ordered)}, known)
    groups = _copies(ordered)
    leaned_on = Counter(target for each in ordered if (target := tracing.leans_on(each)))
    for group in groups:
        tracing.trace(group, leaned_on)
    tracing.close()
    own = (each for each in ordered if not tracing.leans_on(each))
    return Corroboration(
        origins=_origins(ordered, groups, tracing),
        citing=sum(bool(not each.original_id and tracing.leans_on(each)) for each in ordered),
        earliest=next(own, ordered[0] if ordered else None),
    )


class Sets:
    """Sets of names that are joined more and more (union-find)."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The name by which its set goes."""
        path = []
        while (parent := self._parent.setdefault(name, name)) != name:
            path.append(name)
            name = parent
        self._parent.update(dict.fromkeys(path, name))
        return name

    def join(self, one: str, other: str) -> None:
        """The set of both goes by the name of the other's."""
        self._parent[self.of(one)] = self.of(other)


def _copies(ordered: Sequence[Report]) -> list[list[Report]]:
    """Articles of one text."""
    texts = Sets()
    for each in ordered:
        if each.original_id:
            texts.join(each.article_id, each.original_id)
    groups: dict[str, list[Report]] = {}
    for each in ordered:
        groups.setdefault(texts.of(each.article_id), []).append(each)
    return list(groups.values())


@dataclass
class _Tracing:
    """Which house each text goes back to."""

    by_source: Mapping[str, Report]
    known: Sources
    house_of: dict[str, str] = field(default_factory=dict)
    """By the first article of a text."""
    reporting: dict[str, str] = field(default_factory=dict)
    """Houses with a report of their own, each with the source of its first."""
    passing_on: dict[str, str] = field(default_factory=dict)
    """Houses and whom the first of their reports that is not their own goes back to."""
    named: dict[str, str] = field(default_factory=dict)
    """A source of each house that others lean on."""
    houses: Sets = field(default_factory=Sets)

    def leans_on(self, report: Report) -> str:
        """The house of the one other source from which all of it comes; "" if it reports itself."""
        cited = report.agencies or (report.cites if report.only_cites else ())
        houses = [self._house(source) for source in cited]
        if not houses or report.origin in houses:
            return ""
        self.named.setdefault(houses[0], cited[0])
        return houses[0]

    def _house(self, source: str) -> str:
        report = self.by_source.get(source)
        return report.origin if report else self.known.of(source).house

    def trace(self, group: Sequence[Report], leaned_on: Mapping[str, int]) -> None:
        """A text goes back to the house that most of its copies name; else to that of its articles on which the
        story leans most, else to that which had it first."""
        named = Counter(target for each in group if (target := self.leans_on(each)))
        house = max(named, key=lambda each: named[each]) if named else _foremost(group, leaned_on)
        self.house_of[group[0].article_id] = house
        for each in group:
            if each.origin == house:
                self.reporting.setdefault(house, each.source)
            else:
                self.passing_on.setdefault(each.origin, house)

    def close(self) -> None:
        """A house that reports nothing of its own stands for whom it passes on; if such go round in a circle,
        they are one."""
        for house, behind in self.passing_on.items():
            if house not in self.reporting and house in self.named:
                self.houses.join(house, behind)


def _foremost(group: Sequence[Report], leaned_on: Mapping[str, int]) -> str:
    return max(dict.fromkeys(each.origin for each in group), key=lambda house: leaned_on.get(house, 0))


def _origins(ordered: Sequence[Report], groups: Sequence[Sequence[Report]], tracing: _Tracing) -> tuple[Origin, ...]:
    behind = {each.article_id: tracing.house_of[group[0].article_id] for group in groups for each in group}
    members: dict[str, list[Report]] = {}
    for each in ordered:
        members.setdefault(tracing.houses.of(behind[each.article_id]), []).append(each)
    return tuple(_origin(house, reports, tracing) for house, reports in members.items())


def _origin(house: str, reports: Sequence[Report], tracing: _Tracing) -> Origin:
    source = tracing.reporting.get(house) or tracing.named.get(house) or reports[0].source
    report = tracing.by_source.get(source)
    control = report.control if report else tracing.known.of(source).control
    return Origin(source, control, tuple(each.article_id for each in reports))
