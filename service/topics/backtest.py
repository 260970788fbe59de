"""What a query would have alerted on: a query and a span of time in; out comes what match would have made of it.

The archive is read in portions, each in a transaction of its own, and looked at in a thread: nobody waits for a
backtest. It looks at the very records that match looks at, in their order, with the same code.
"""

import asyncio
from array import array
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from service.errors import NotFound
from service.messages import Lane
from service.query import Query, StoryFacts
from service.store import Transaction
from service.store.history import StoryThen
from service.store.replay import Change, Stay
from service.topics.facts import story_facts
from service.topics.highlights import Sample
from service.topics.replaying import Looked, Replayed, Whereabouts
from service.topics.workbench import Workbench, owners

PORTION = 100
"""Changes looked at at once: some tenths of a second of computing."""
MOST_CHANGES = 2_000_000
MOST_JUDGED = 5_000
"""Times that a story is looked at as it was; each takes some milliseconds."""
MOST_LISTED = 100
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Progress = Callable[[int, int], Awaitable[None]]
"""Told (done, total) after every portion."""

TODAY = (
    "What is known of sources, and which names belong to one person, is taken as it is known today; "
    "when an article came while match was behind, match may have seen a later text of it."
)
THEN = (
    "Conditions on the story were looked at as the story stood when each of its articles was put in it; "
    "match looks a moment later, and may have seen more of it."
)
CUT = f"Only the latest {MOST_CHANGES} articles of the span were looked at."
NOT_JUDGED = f"Its conditions on the story were looked at {MOST_JUDGED} times; later alerts are missing."


@dataclass(frozen=True, slots=True)
class Asked:
    """What is tried, and on what."""

    query: Query
    since: datetime
    until: datetime
    """Articles published from `since` on and before `until`."""
    live: Query | None = None
    """What it is compared with."""
    lanes: tuple[Lane, ...] = ("live", "backfill")
    """Match looks at live articles only."""


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    matches: int
    alerts: int


@dataclass(frozen=True, slots=True)
class StoryNamed:
    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Stories that one of the two queries would have told of, and the other not."""

    same: int
    gained: int
    lost: int
    gained_stories: tuple[StoryNamed, ...]
    lost_stories: tuple[StoryNamed, ...]


@dataclass(frozen=True, slots=True)
class Report:
    since: datetime
    until: datetime
    articles: int
    """Looked at: one for each text of an article."""
    matches: int
    alerts: int
    """Stories told of."""
    days: tuple[Day, ...]
    """Those on which something matched or was told."""
    samples: tuple[Sample, ...]
    """The latest articles that raised an alert."""
    difference: Difference | None
    complete: bool
    notes: tuple[str, ...]
    """What this cannot know, or did not look at."""


@dataclass
class _Run:
    """A backtest on its way."""

    bench: Workbench
    asked: Asked
    new: Replayed
    live: Replayed | None
    judged: int = 0
    articles: int = 0
    cut: bool = False
    told: Progress | None = field(default=None, repr=False)

    @property
    def queries(self) -> list[Replayed]:
        return [self.new, self.live] if self.live else [self.new]

    async def run(self, seqs: "array[int]") -> None:
        for start in range(0, len(seqs), PORTION):
            await self._portion(seqs[start : start + PORTION])
            if self.told:
                await self.told(min(start + PORTION, len(seqs)), len(seqs))

    async def _portion(self, seqs: Sequence[int]) -> None:
        store = self.bench.store
        changes, own = await store.read(_read, seqs, self.asked.lanes)
        self.articles += len(changes)
        looked = await asyncio.to_thread(self._look, changes, own)
        met = {each.article_id for some in looked for each in some}
        known = await store.read(_whereabouts, met) if met else Whereabouts({}, {})
        facts = await self._facts(changes, looked, known)
        for replayed, some in zip(self.queries, looked, strict=True):
            replayed.take(changes, some, facts, known)

    def _look(self, changes: Sequence[Change], own: dict[str, str]) -> list[list[Looked]]:
        documents = [self.bench.document(each.article, own) for each in changes]
        pairs = list(zip(changes, documents, strict=True))
        return [[found for pair in pairs if (found := each.look(*pair))] for each in self.queries]

    async def _facts(
        self, changes: Sequence[Change], looked: Sequence[Sequence[Looked]], known: Whereabouts
    ) -> dict[int, StoryFacts]:
        """What stories were like at those changes at which that matters, one transaction each."""
        wanted = {
            change.seq: change
            for replayed, some in zip(self.queries, looked, strict=True)
            for change in replayed.to_judge(changes, some, known)
        }
        found = {}
        for seq, change in sorted(wanted.items()):
            if self.judged >= MOST_JUDGED:
                break
            self.judged += 1
            if story := await self.bench.store.read(_story_then, change):
                found[seq] = story
        return found


async def backtest(bench: Workbench, asked: Asked, told: Progress | None = None) -> Report:
    """Look at everything once."""
    seqs = await bench.store.read(lambda tx: tx.replay.between(asked.since, asked.until, MOST_CHANGES))
    live = Replayed(asked.live) if asked.live is not None else None
    run = _Run(bench, asked, Replayed(asked.query), live, cut=len(seqs) >= MOST_CHANGES, told=told)
    await run.run(seqs)
    return await bench.store.read(_report, run)


async def size(bench: Workbench, since: datetime, until: datetime) -> int:
    """How many articles a backtest would look at."""
    return await bench.store.read(lambda tx: len(tx.replay.between(since, until, MOST_CHANGES)))


def _read(tx: Transaction, seqs: Sequence[int], lanes: Sequence[Lane]) -> tuple[list[Change], dict[str, str]]:
    changes = [each for each in tx.replay.changes(seqs) if each.article.lane in lanes]
    return changes, owners(tx, (each.article for each in changes))


def _whereabouts(tx: Transaction, article_ids: Iterable[str]) -> Whereabouts:
    stays = tx.replay.stays(article_ids)
    heirs, waiting = dict[str, Stay](), {stay.story_id for some in stays.values() for stay in some}
    while waiting:
        new = tx.replay.heirs(waiting)
        heirs |= new
        waiting = {stay.story_id for stay in new.values()} - heirs.keys()
    return Whereabouts(stays, heirs)


def _story_then(tx: Transaction, change: Change) -> StoryFacts | None:
    try:
        then = tx.history.story(change.story_id, change.at)
    except NotFound:
        return None
    return story_facts(then.story, _growth(then, change.at))


def _growth(then: StoryThen, at: datetime) -> int:
    """Articles of its last hour, as match counts them."""
    since = at - HOUR
    return sum(each.seen_at >= since and each.at >= since - DAY for each in then.articles)


def _report(tx: Transaction, run: _Run) -> Report:
    new, asked = run.new, run.asked
    days = sorted(new.matches.keys() | new.alerts.keys())
    conditional = any(each.conditional for each in run.queries)
    short = conditional and run.judged >= MOST_JUDGED
    notes = [TODAY, *([THEN] if conditional else []), *([CUT] if run.cut else []), *([NOT_JUDGED] if short else [])]
    return Report(
        since=asked.since,
        until=asked.until,
        articles=run.articles,
        matches=new.matches.total(),
        alerts=new.alerts.total(),
        days=tuple(Day(day, new.matches[day], new.alerts[day]) for day in days),
        samples=tuple(reversed(new.samples)),
        difference=_difference(tx, new, run.live) if run.live else None,
        complete=not (run.cut or short),
        notes=tuple(notes),
    )


def _difference(tx: Transaction, new: Replayed, live: Replayed) -> Difference:
    """By the stories that stand today: two that were one later are one."""
    ids = new.stories.keys() | live.stories.keys()
    standing = tx.stories.standing(ids)
    titles = {story.id: story.title for story in standing.values()}
    heir = {story_id: standing[story_id].id if story_id in standing else story_id for story_id in ids}
    now, before = ({heir[story_id] for story_id in each.stories} for each in (new, live))
    named = {each: StoryNamed(each, titles.get(each, "")) for each in now | before}
    gained, lost = sorted(now - before), sorted(before - now)
    return Difference(
        same=len(now & before),
        gained=len(gained),
        lost=len(lost),
        gained_stories=tuple(named[each] for each in gained[:MOST_LISTED]),
        lost_stories=tuple(named[each] for each in lost[:MOST_LISTED]),
    )
