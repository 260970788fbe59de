"""The past of a batch: what was seen before it, and what it adds as it is judged, record by record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from consumers.dedupe.copies import Copies
from consumers.dedupe.decide import Verdict, decide
from consumers.dedupe.fingerprint import Measure
from consumers.dedupe.look import Looked
from consumers.dedupe.who import Acquaintance, Who
from service.model import Sighting
from service.settings import DedupeSettings
from service.store import Transaction


@dataclass(frozen=True, slots=True)
class Judged:
    """Who it is, and what that makes it."""

    who: Who
    verdict: Verdict


class Past:
    """What was seen before this batch, and what the batch adds to it."""

    def __init__(self, tx: Transaction, batch: Sequence[Looked], settings: DedupeSettings) -> None:
        self._window = timedelta(days=settings.window_days)
        self._measure = measure_of(settings)
        self._copies = Copies(tx, batch)
        self._people = Acquaintance(tx, batch, self._copies, timedelta(days=settings.known_again_days))
        self._sightings: list[Sighting] = []

    def judge(self, looked: Looked) -> Judged:
        who = self._people.known(looked)
        history = self._people.history.setdefault(who.article_id, []) if who.known else []
        original_id = "" if who.known else self._copies.original(looked, self._window, self._measure)
        verdict = decide(looked, history, original_id)
        self._people.met(looked, who)
        if verdict.remember:
            self._add(looked, who, verdict)
        return Judged(who, verdict)

    def _add(self, looked: Looked, who: Who, verdict: Verdict) -> None:
        assert verdict.kind != "repeat"
        raw = looked.raw
        sighting = Sighting(
            url=who.url,
            text_hash=looked.text_hash,
            title_hash=looked.title_hash,
            article_id=who.article_id,
            revision=verdict.revision,
            kind=verdict.kind,
            original_id=verdict.original_id,
            position=looked.position,
            seen_at=raw.seen_at,
            state=raw.state,
            moved_to=raw.moved_to,
        )
        self._people.history.setdefault(who.article_id, []).append(sighting)
        self._sightings.append(sighting)
        self._people.read(looked, who)
        if not who.known:
            self._copies.add(looked, who.article_id, verdict.original_id)

    def remember(self, tx: Transaction) -> None:
        tx.sightings.add(self._sightings)
        self._people.remember(tx)
        self._copies.remember(tx)


def measure_of(settings: DedupeSettings) -> Measure:
    return Measure(
        similarity=settings.similarity,
        containment=settings.containment,
        least_shingles=settings.least_shortened_words,
        within_source=settings.within_source,
    )
