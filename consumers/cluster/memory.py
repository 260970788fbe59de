"""The articles of a stretch of time in one language, held ready for comparing. A cache of the store.

In go articles as they are filed, in the order of filing; out come those that are near a newcomer, and how
they compare with it. What it answers depends only on the articles filed that lie in its span: one that was
just read from the store answers as one that lived through it all.
"""

from bisect import bisect_right
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from heapq import heappop, heappush
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumers.cluster.choose import Likeness
from consumers.cluster.compare import Counted, Held, compare, word_weights
from consumers.cluster.index import Index, Slots
from consumers.cluster.nearby import Nearby
from consumers.cluster.vectors import Draft, Floats
from service.model import Span

RECENT = 400
"""Articles filed last, by which is judged what is in the news just now."""
ASKED = 30
"""Words of the newcomer by which near articles are looked up."""
LATEST = 500
"""Of the articles that have one of these words, so many of the latest are looked at."""
NEAR = 32
"""Articles compared with a newcomer."""
NEAR_BY_MEANING = 20
"""Headlines share few words: so many more are looked up by their embeddings."""
COMPACT_AFTER = 2000
"""Forgotten articles that are carried along until the tables are made anew."""

ARTICLE_BYTES, WORD_BYTES, DIFFERENT_BYTES = 1000, 18, 300
"""What an article takes beside its words, each of its words, and each different word of all."""


class Memory:
    """The articles of one language in one span."""

    def __init__(self, span: Span) -> None:
        self.span = span
        self.seq = 0
        """Of the last article filed that this knows of."""
        self.moved = 0
        """Of the last move that this knows of."""
        self.nearby = Nearby()
        self._clear()

    def _clear(self) -> None:
        self._index = Index()
        self._held: list[Held] = []
        self._seqs: list[int] = []
        self._slot: dict[str, int] = {}
        self._members: dict[str, set[str]] = {}
        self._alive = np.zeros(1024, np.bool_)
        self._count = 0
        self._words = 0
        self._by_time: list[tuple[datetime, int]] = []
        self._recent: list[int] = []
        self._numbered: tuple[Draft, Held] | None = None
        self._meanings: Floats | None = None
        self._lengths = np.zeros(1024, np.float32)

    def __len__(self) -> int:
        return self._count

    def sizes(self) -> dict[str, int]:
        """Articles, strands, pairs, and roughly the bytes that they take."""
        return {
            "articles": len(self),
            "strands": len(self._members),
            "pairs": self.nearby.pairs,
            "bytes": self.bytes(),
        }

    def bytes(self) -> int:
        """An estimate. Articles that are gone count as long as they are carried along."""
        each_article = len(self._held) * ARTICLE_BYTES + self._words * WORD_BYTES
        meanings = 0 if self._meanings is None else self._meanings.nbytes
        return each_article + len(self._index.words) * DIFFERENT_BYTES + meanings + self.nearby.bytes()

    def move_to(self, span: Span) -> None:
        """Forget what lies before the span, which has moved on."""
        self.span = span
        while self._by_time and self._by_time[0][0] < span.start:
            _, slot = heappop(self._by_time)
            self._remove(slot)
        dead = len(self._held) - len(self)
        if dead > COMPACT_AFTER and dead > len(self):
            self._compact()

    def add(self, article_id: str, strand_id: str, at: datetime, draft: Draft, seq: int = 0) -> None:
        """Hold an article, if it lies in the span; `seq` is the number under which it was filed."""
        if self.span.holds(at):
            self._put(replace(self._number(draft, at), article_id=article_id, strand_id=strand_id), seq)

    def near(self, draft: Draft, at: datetime) -> tuple[list[Held], Likeness | None]:
        """The articles near a newcomer, in filing order, and how they compare with it."""
        newcomer = self._number(draft, at)
        numbers = newcomer.body
        if not len(numbers) or not len(self):
            return [], None
        counted = Counted(len(self) + 1, len(self._recent) + 1)
        self._index.count(numbers, 1)
        try:
            slots = self._slots_near(newcomer, counted)
            near = [self._held[slot] for slot in slots.tolist()]
            return near, compare(newcomer, near, self._index, counted)
        finally:
            self._index.count(numbers, -1)

    def around(self, article_id: str) -> tuple[list[str], Likeness | None]:
        """Ids of the articles near one that is held, and how they compare with it."""
        slot = self._slot[article_id]
        held = self._held[slot]
        counted = Counted(len(self), len(self._recent))
        slots = self._slots_near(held, counted, slot) if len(held.body) else np.zeros(0, np.int64)
        near = [self._held[slot] for slot in slots.tolist()]
        if not near:
            return [], None
        return [each.article_id for each in near], compare(held, near, self._index, counted)

    def articles(self) -> list[Held]:
        """All that it holds, in the order of filing."""
        return [self._held[slot] for slot in np.flatnonzero(self._alive[: len(self._held)]).tolist()]

    def filed(self, after: int, until: int) -> list[tuple[int, str]]:
        """Those it holds of the articles filed after the one number and not after the other: numbers and ids."""
        slots = range(bisect_right(self._seqs, after), bisect_right(self._seqs, until))
        return [(self._seqs[slot], self._held[slot].article_id) for slot in slots if self._alive[slot]]

    def strand_of(self, article_id: str) -> str:
        """ "" for an article that it does not hold."""
        slot = self._slot.get(article_id)
        return "" if slot is None else self._held[slot].strand_id

    def members(self, strand_id: str) -> Collection[str]:
        """The articles of a strand that it holds."""
        return self._members.get(strand_id, ())

    def is_after(self, article_id: str, since: datetime) -> bool:
        """Whether it holds an article, which is of that time or later."""
        slot = self._slot.get(article_id)
        return slot is not None and self._held[slot].at >= since

    def move(self, article_id: str, strand_id: str) -> None:
        """An article that it may hold is in another strand now."""
        slot = self._slot.get(article_id)
        if slot is not None:
            self._leave(self._held[slot])
            self._held[slot] = replace(self._held[slot], strand_id=strand_id)
            self._members.setdefault(strand_id, set()).add(article_id)

    def _leave(self, held: Held) -> None:
        members = self._members[held.strand_id]
        members.discard(held.article_id)
        if not members:
            del self._members[held.strand_id]

    def _number(self, draft: Draft, at: datetime) -> Held:
        if self._numbered and self._numbered[0] is draft and self._numbered[1].at == at:
            return self._numbered[1]  # who is filed was compared just before
        bags = draft.body, draft.title, draft.names
        held = Held(
            article_id="",
            strand_id="",
            at=at,
            words=self._index.numbers(chain.from_iterable(bag.words for bag in bags)),
            counts=np.concatenate([bag.counts for bag in bags]),
            sizes=(len(draft.body.words), len(draft.title.words), len(draft.names.words)),
            has_body=draft.has_body,
            length=draft.length,
            written=draft.written,
            dated=draft.dated,
            embedding=draft.embedding,
        )
        self._numbered = draft, held
        return held

    def _slots_near(self, newcomer: Held, counted: Counted, own: int | None = None) -> Slots:
        """By the words that say most, and for a headline by its meaning; `own` is its place, if it is held."""
        numbers, counts = newcomer.body, newcomer.counts[: newcomer.sizes[0]]
        weights = word_weights(numbers, self._index, counted)[1] * counts
        asked = np.argsort(-weights, kind="stable")[:ASKED]
        places = [self._index.latest(number, self._alive, LATEST) for number in numbers[asked].tolist()]
        worth = np.repeat(weights[asked].astype(np.float64) ** 2, [len(each) for each in places])
        scores = np.bincount(np.concatenate(places), worth, len(self._held))
        near = _best(scores, NEAR, own)
        if newcomer.has_body or newcomer.embedding is None:
            return near
        return np.union1d(near, self._slots_by_meaning(newcomer.embedding, own))

    def _slots_by_meaning(self, embedding: Floats, own: int | None) -> Slots:
        if self._meanings is None:
            return np.zeros(0, np.int64)
        rows = self._meanings[: len(self._held)]
        cosines = np.einsum("ij,j->i", rows, embedding) / np.maximum(
            self._lengths[: len(rows)] * np.linalg.norm(embedding), 1
        )
        return _best(np.where(self._alive[: len(rows)], cosines, 0), NEAR_BY_MEANING, own)

    def _put(self, held: Held, seq: int) -> None:
        slot = len(self._held)
        if slot == len(self._alive):
            self._grow()
        self._held.append(held)
        self._words += len(held.words)
        self._seqs.append(seq)
        self._members.setdefault(held.strand_id, set()).add(held.article_id)
        self._slot[held.article_id] = slot
        self._alive[slot] = True
        self._count += 1
        heappush(self._by_time, (held.at, slot))
        self._index.add(slot, held.body)
        self._recent.append(slot)
        self._index.recent[held.body] += 1
        if len(self._recent) > RECENT:
            self._index.recent[self._held[self._recent.pop(0)].body] -= 1
        if held.embedding is not None:
            self._put_meaning(slot, held.embedding)

    def _put_meaning(self, slot: int, embedding: Floats) -> None:
        if self._meanings is None:
            self._meanings = np.zeros((len(self._alive), len(embedding)), np.float32)
        self._meanings[slot] = embedding
        self._lengths[slot] = np.linalg.norm(embedding)

    def _grow(self) -> None:
        self._alive = np.concatenate([self._alive, np.zeros_like(self._alive)])
        self._lengths = np.concatenate([self._lengths, np.zeros_like(self._lengths)])
        if self._meanings is not None:
            self._meanings = np.concatenate([self._meanings, np.zeros_like(self._meanings)])

    def _remove(self, slot: int) -> None:
        held = self._held[slot]
        del self._slot[held.article_id]
        self._leave(held)
        self._alive[slot] = False
        self._count -= 1
        self._index.remove(held.body)
        if self._recent and slot >= self._recent[0]:
            self._recount_recent()

    def _recount_recent(self) -> None:
        """The latest that are left, so that a memory read anew counts the same."""
        for slot in self._recent:
            self._index.recent[self._held[slot].body] -= 1
        self._recent = np.flatnonzero(self._alive[: len(self._held)])[-RECENT:].tolist()
        for slot in self._recent:
            self._index.recent[self._held[slot].body] += 1

    def _compact(self) -> None:
        """Make the tables anew from what is left, in the same order."""
        words, alive = self._index.words, np.flatnonzero(self._alive).tolist()
        left = [(self._held[slot], self._seqs[slot]) for slot in alive]
        self._clear()
        for held, seq in left:
            again = self._index.numbers([words[number] for number in held.words.tolist()])
            self._put(replace(held, words=again), seq)


def _best(scores: NDArray[Any], most: int, but: int | None) -> Slots:
    """The slots with the highest scores above 0; of those that tie for the last place, all or the latest."""
    if but is not None:
        scores[but] = 0
    found = np.flatnonzero(scores > 0)
    if len(found) > most:
        least = np.partition(scores[found], -most)[-most]
        found = found[scores[found] >= least][-2 * most :]
    return found
