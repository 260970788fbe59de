"""Settling while a batch is filed, inside its transaction: records come in, moves go out to the store.

Which language is settled, when, and how far follows from what is filed; it is noted down with the articles, so
whoever files on goes on from there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from consumers.cluster.memory import Memory
from consumers.cluster.nearby import Near
from consumers.cluster.region import Region
from consumers.cluster.settling import YOUNG, Moved, moves, portion, scored
from consumers.cluster.ticks import is_time, reached
from service.model import Move, NearArticles, SettlePoint, StoredArticle
from service.store import Transaction

COLD = 800
"""Articles held, below which what is usual is still being learnt."""
GROWN = 1.5
"""While it is, all pairs are scored anew whenever so many times as many are held as the last time."""


@dataclass
class Settler:
    """What is known while a batch is filed. `every` is the time between boundaries; 0 for never."""

    tx: Transaction
    threshold: float
    every: timedelta
    points: dict[str, SettlePoint] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)
    """Languages whose point is other than in the store."""
    found: list[NearArticles] = field(default_factory=list)
    """What is to be kept of new articles."""

    def look_up(self, languages: Iterable[str]) -> None:
        if self.every:
            self.points = self.tx.settling.points(languages)

    def is_due(self, language: str, seq: int, seen_at: datetime) -> bool:
        """Hear of the record that will be filed under this number: whether something is settled before."""
        if not self.every:
            return False
        before = self.points.get(language)
        after = reached(before, language, seq, seen_at, self.every)
        if after != before:
            self.points[language] = after
            self.changed.add(language)
        return is_time(before, after, seq)

    def is_left(self, language: str, seq: int) -> bool:
        """Whether anything up to this number is not settled, which is due from now on."""
        point = self.points.get(language)
        if point is None or point.done >= seq:
            return False
        self.points[language] = replace(point, due=seq)
        return True

    def note(self, filed: StoredArticle, near: Near, newest: datetime) -> bool:
        """An article was filed: whether it is kept what was near it, which it is if it is young."""
        if not self.every or filed.at < newest - YOUNG:
            return False
        self.found.append(NearArticles(filed.enriched.language, filed.article_id, filed.seq, filed.at, tuple(near)))
        return True

    def keep(self) -> None:
        """Write what was found and how far it has come."""
        self.tx.settling.keep(self.found)
        self.tx.settling.put([self.points[language] for language in sorted(self.changed)])
        self.found.clear()
        self.changed.clear()

    def settle(self, language: str, memory: Memory, newest: datetime) -> list[Move]:
        """Settle a portion of what is due; the memory knows all that is filed, and follows."""
        since = newest - YOUNG
        self._refresh(language, memory, since)
        point = self.points[language]
        due = memory.filed(point.done, point.due)
        found = portion(memory, [article_id for _, article_id in due], since)
        done = due[found.settled - 1][0] if found.settled < len(due) else point.due
        self.points[language] = replace(point, done=done, at_seq=memory.seq + 1)
        self.changed.add(language)
        pinned = self.tx.decisions.pinned(each for part in found.regions for each in part.inner)
        moved = [each for part in found.regions for each in self._decide(memory, part, pinned)]
        return self._record(language, memory, moved)

    def _decide(self, memory: Memory, part: Region, pinned: Collection[str]) -> list[Moved]:
        """Later regions see what earlier ones moved."""
        moved = moves(memory, part, pinned, self.threshold)
        for each in moved:
            memory.move(each.article_id, each.strand_id)
        return moved

    def _refresh(self, language: str, memory: Memory, since: datetime) -> None:
        """Forget what is old; where little was known so far, score everything by what is known now."""
        memory.nearby.forget(since)
        self.tx.settling.forget(language, since)
        point = self.points[language]
        if len(memory) >= COLD or len(memory) < GROWN * point.rescored:
            return
        young = [held for held in memory.articles() if held.at >= since]
        anew = [
            NearArticles(language, held.article_id, memory.seq, held.at, tuple(scored(memory, held.article_id)))
            for held in young
        ]
        memory.nearby.clear()
        for each in anew:
            memory.nearby.note(each.article_id, each.at, each.near)
        self.tx.settling.keep(anew)
        self.points[language] = replace(point, rescored=len(memory), rescored_at=memory.seq)

    def _record(self, language: str, memory: Memory, moved: Sequence[Moved]) -> list[Move]:
        """Copies move with their original, where they are beside it and have no voice of their own."""
        if not moved:
            return []
        with_copies = list(moved)
        copies = self.tx.articles.copies_of(each.article_id for each in moved)
        pinned = self.tx.decisions.pinned(copy for some in copies.values() for copy, _ in some)
        for each in moved:
            with_copies += [
                Moved(copy, each.before, each.strand_id)
                for copy, strand_id in copies.get(each.article_id, ())
                if strand_id == each.before and copy not in pinned and not memory.strand_of(copy)
            ]
        current = self.tx.articles.current(each.article_id for each in with_copies)
        at, told_with = self.points[language].until, memory.seq + 1
        return self.tx.moves.record(
            [
                Move(language, each.article_id, current[each.article_id][1], each.before, each.strand_id, at, told_with)
                for each in with_copies
            ]
        )
