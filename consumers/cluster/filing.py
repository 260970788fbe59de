"""Filing one batch, inside its transaction: drafted articles come in, filed articles go out.

The strand of an article follows from what was filed before it, and from nothing else: not from the batch it
came in, nor from how long this worker has lived.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from time import perf_counter

from consumers.cluster.choose import above, choose, score_by
from consumers.cluster.memories import Drafted, Known, Memories, catch_up, remember
from consumers.cluster.memory import Memory
from consumers.cluster.nearby import Near
from consumers.cluster.settler import Settler
from consumers.cluster.settling import told
from consumers.cluster.vectors import Draft
from consumers.cluster.weights import AT_ONCE, SETTLED
from service import telemetry
from service.messages import EnrichedArticle, StrandChange
from service.model import Move, StoredArticle
from service.model.rechecks import first_look
from service.model.revisions import FIRST, Weighed
from service.store import Transaction
from service.store.articles import Revision


@dataclass(frozen=True, slots=True)
class Incoming:
    """An enriched article with what is compared of it, and the position of its record."""

    enriched: EnrichedArticle
    draft: Draft
    position: str

    @property
    def revision(self) -> Revision:
        return self.enriched.article.article_id, self.enriched.article.revision


@dataclass(frozen=True, slots=True)
class Verdict:
    """Where an article goes."""

    strand_id: str
    change: StrandChange
    near: Near = ()
    """What it was compared with, as settling scores it."""


@dataclass(frozen=True, slots=True)
class Filed:
    """A filed article, and the moves that are told with it."""

    article: StoredArticle
    moves: Sequence[Move] = ()


@dataclass
class Filing:
    """What is known while a batch is filed."""

    tx: Transaction
    memories: Memories
    bars: Sequence[float]
    """Score above which an article joins a strand at once: for a headline, a lead and a full text."""
    now: datetime
    settler: Settler
    weighed: Mapping[Revision, Weighed] = field(default_factory=dict)
    """How the revisions of the batch differ from those before them."""
    look_after: Sequence[float] = ()
    """Hours until the pages of new articles are looked at again; none for not at all."""
    paused: Callable[[float], None] = telemetry.SETTLING.observe
    """Told how many seconds each portion of settling took."""
    stored: dict[Revision, StoredArticle] = field(default_factory=dict)
    current: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Of articles: strand, and number of the latest revision."""
    frontier: dict[str, tuple[int, datetime | None]] = field(default_factory=dict)
    """Of languages: last seq, and newest time, with this batch."""
    on_disk: dict[str, Known] = field(default_factory=dict)
    """Of languages: what is in the store, without what was filed since it was last written."""
    filed: list[Drafted] = field(default_factory=list)

    def file(self, batch: Sequence[Incoming]) -> list[Filed]:
        """What is to be said of each of the batch, in order; what was filed before is given as it was."""
        self._look_up(batch)
        filed = [self.stored.get(each.revision) or self._file(each) for each in batch]
        self._keep()
        return self._with_moves(filed)

    def settle(self, languages: Collection[str]) -> list[Move]:
        """Settle all that is filed of these languages."""
        self._claim(languages)
        return [move for language in languages for move in self._settle_all(language)]

    def _settle_all(self, language: str) -> Iterator[Move]:
        seq, newest = self.frontier[language]
        while newest and self.settler.is_left(language, seq):
            yield from self._settle(language, newest)
            self.settler.keep()

    def _claim(self, languages: Collection[str]) -> None:
        """Be the only one to file in these languages, and see what was filed."""
        self.tx.articles.claim(languages)
        self.settler.look_up(languages)
        self.frontier = {language: self.tx.articles.frontier(language) for language in languages}
        self.on_disk = {
            language: Known(seq, self.tx.moves.last(language)) for language, (seq, _) in self.frontier.items()
        }

    def _look_up(self, batch: Sequence[Incoming]) -> None:
        self._claim({each.enriched.language for each in batch})
        self.stored = self.tx.articles.stored(each.revision for each in batch)
        articles = [each.enriched.article for each in batch]
        related = {article.original_id for article in articles} - {""}
        self.current = self.tx.articles.current({article.article_id for article in articles} | related)

    def _file(self, incoming: Incoming) -> StoredArticle:
        enriched, article = incoming.enriched, incoming.enriched.article
        seq, newest = self.frontier[enriched.language]
        if self.settler.is_due(enriched.language, seq + 1, article.raw.seen_at) and newest:
            self._settle(enriched.language, newest)
        new = StoredArticle(enriched, "", "unchanged", incoming.position, seq + 1, self.now)
        newest = max(newest, new.at) if newest else new.at
        verdict = self._verdict(incoming, new.at, newest)
        weighed = self.weighed.get(incoming.revision, FIRST)
        new = replace(new, strand_id=verdict.strand_id, change=verdict.change, weighed=weighed)
        self.frontier[enriched.language] = seq + 1, newest
        revision = max(article.revision, self.current.get(article.article_id, ("", 0))[1])
        self.current[article.article_id] = verdict.strand_id, revision
        self.stored[incoming.revision] = new
        self.filed.append((new, incoming.draft))
        self.memories.learn((new, incoming.draft))
        self._note(new, verdict.near, newest)
        return new

    def _note(self, filed: StoredArticle, near: Near, newest: datetime) -> None:
        """What was near a young article, for settling."""
        if near and self.settler.note(filed, near, newest):
            present = self.memories.of(filed.enriched.language, newest, newest)
            present.nearby.note(filed.article_id, filed.at, near)

    def _settle(self, language: str, newest: datetime) -> list[Move]:
        """What was filed so far is in the store and in the memory before it is decided anew."""
        self._keep()
        began = perf_counter()
        moves = self.settler.settle(language, self._memory(language, newest, newest), newest)
        for move in moves:
            self.current[move.article_id] = move.strand_id, move.revision
            self.memories.follow(move)
            self.on_disk[language] = replace(self.on_disk[language], moved=move.seq)
        self.paused(perf_counter() - began)
        return moves

    def _verdict(self, incoming: Incoming, at: datetime, newest: datetime) -> Verdict:
        article = incoming.enriched.article
        if article.article_id in self.current:
            strand_id, revision = self.current[article.article_id]
            return Verdict(strand_id, "revised" if article.revision > revision else "unchanged")
        if article.original_id in self.current:
            return Verdict(self.current[article.original_id][0], "joined")
        near, like = self._memory(incoming.enriched.language, at, newest).near(incoming.draft, at)
        if like is None:
            return Verdict(strand_id_of(article.article_id), "opened")
        at_once, later = score_by(like, AT_ONCE, SETTLED)
        settled = told([each.article_id for each in near], later.tolist())
        chosen = choose(above(at_once, like, self.bars).tolist(), [each.strand_id for each in near])
        return Verdict(chosen or strand_id_of(article.article_id), "joined" if chosen else "opened", settled)

    def _memory(self, language: str, at: datetime, newest: datetime) -> Memory:
        memory = self.memories.of(language, at, newest)
        catch_up(memory, self.tx, language, self.on_disk[language])
        for filed, draft in self.filed:
            if filed.enriched.language == language and filed.seq > memory.seq:
                remember(memory, filed, draft)
        return memory

    def _with_moves(self, filed: Sequence[StoredArticle]) -> list[Filed]:
        seqs: dict[str, set[int]] = {}
        for each in filed:
            seqs.setdefault(each.enriched.language, set()).add(each.seq)
        told = {language: self.tx.moves.told_with(language, some) for language, some in seqs.items()}
        return [Filed(each, told[each.enriched.language].get(each.seq, ())) for each in filed]

    def _keep(self) -> None:
        """Write what was filed so far: at the end, and before a language is settled."""
        fresh = self.tx.articles.file([filed for filed, _ in self.filed])
        self.tx.search.put(
            [
                (each.article_id, each.enriched.article.raw.title, each.enriched.text, each.enriched.language)
                for each in fresh
            ]
        )
        self.tx.entities.file(fresh)
        self.tx.attributions.file(fresh)
        looks = (first_look(filed, self.look_after, self.now) for filed, _ in self.filed if _is_live(filed))
        self.tx.rechecks.add([look for look in looks if look])
        for each, _ in self.filed:
            self.on_disk[each.enriched.language] = replace(self.on_disk[each.enriched.language], filed=each.seq)
        self.filed.clear()
        self.settler.keep()


def _is_live(filed: StoredArticle) -> bool:
    return filed.enriched.lane == "live"


def strand_id_of(article_id: str) -> str:
    """The strand that an article opens: the same whenever it is asked for."""
    return "sd_" + sha256(f"strand {article_id}".encode()).hexdigest()[:20]
