"""Which memory to ask about an article: that of the present, or one of the past.

Articles come in as they are filed; memories that know all of them go out. A memory is brought up to date
inside the transaction that decides, so that whoever filed last, this worker or another, has been heard.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from consumers.cluster.memory import Memory
from consumers.cluster.settling import YOUNG
from consumers.cluster.vectors import Draft, draft
from service.model import Move, Span, StoredArticle
from service.store import Transaction

MOST = 24
"""Memories kept; the one asked longest ago is dropped first."""

Drafted = tuple[StoredArticle, Draft]


@dataclass
class Memories:
    """All that one worker remembers."""

    window: timedelta
    _kept: dict[tuple[str, Span | None], Memory] = field(default_factory=dict)

    def forget(self, languages: Iterable[str]) -> None:
        """What was remembered of these is in doubt: it will be read anew."""
        for key in [key for key in self._kept if key[0] in set(languages)]:
            del self._kept[key]

    def knows(self, language: str) -> bool:
        return (language, None) in self._kept

    def present(self) -> dict[str, Memory]:
        """Those of the present, by language."""
        return {language: memory for (language, span), memory in self._kept.items() if span is None}

    def of(self, language: str, at: datetime, newest: datetime) -> Memory:
        """The memory that an article of that time is compared with; it may still have to catch up."""
        span = Span.around(at, newest, self.window)
        key = language, (span if span.end else None)
        memory = self._kept.pop(key, None) or Memory(span)
        self._kept[key] = memory
        if len(self._kept) > MOST:
            del self._kept[next(iter(self._kept))]
        memory.move_to(span)
        return memory

    def learn(self, drafted: Drafted) -> None:
        """An article was just filed: every memory that has come so far takes note."""
        filed, its_draft = drafted
        for (language, _), memory in self._kept.items():
            if language == filed.enriched.language and memory.seq == filed.seq - 1:
                remember(memory, filed, its_draft)

    def follow(self, move: Move) -> None:
        """An article was just moved: every memory takes note."""
        for (language, _), memory in self._kept.items():
            if language == move.language:
                memory.move(move.article_id, move.strand_id)


@dataclass(frozen=True, slots=True)
class Known:
    """What the store knows of a language: the numbers of the last article filed and of the last move."""

    filed: int
    moved: int


def catch_up(memory: Memory, tx: Transaction, language: str, known: Known) -> None:
    """Take in what was filed and moved since, by anyone."""
    if memory.seq < known.filed:
        _learn_filed(memory, tx, language, known.filed)
    if memory.moved < known.moved:
        for move in tx.moves.since(language, memory.moved, memory.span.start):
            memory.move(move.article_id, move.strand_id)
        memory.moved = known.moved


def _learn_filed(memory: Memory, tx: Transaction, language: str, until: int) -> None:
    before = memory.seq
    for filed in tx.articles.since(language, before, memory.span):
        remember(memory, filed, None)
    memory.seq = until
    if not memory.span.end:
        _learn_near(memory, tx, language, before)


def _learn_near(memory: Memory, tx: Transaction, language: str, after: int) -> None:
    """What was found near young articles since then; all of it, if all was found out anew."""
    point = tx.settling.points([language]).get(language)
    _, newest = tx.articles.frontier(language)
    if point is None or newest is None:
        return
    if point.rescored_at >= after:
        memory.nearby.clear()
        after = 0
    for found in tx.settling.near(language, after, newest - YOUNG):
        memory.nearby.note(found.article_id, found.at, found.near)


def remember(memory: Memory, filed: StoredArticle, its_draft: Draft | None) -> None:
    """Copies are left out where their original is known: forty copies of one report have one voice."""
    memory.seq = filed.seq
    is_copy = bool(filed.enriched.article.original_id)
    if (filed.change == "opened" or (filed.change == "joined" and not is_copy)) and memory.span.holds(filed.at):
        memory.add(filed.article_id, filed.strand_id, filed.at, its_draft or draft(filed.enriched), filed.seq)
