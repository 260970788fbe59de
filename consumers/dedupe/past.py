"""The past of a batch: what was seen before it, and what it adds as it is judged, record by record."""

from collections.abc import Sequence
from datetime import timedelta

import numpy as np

from consumers.dedupe.decide import Verdict, decide, original_of
from consumers.dedupe.fingerprint import Fingerprint, Known
from consumers.dedupe.look import Looked
from service.model import Sighting
from service.store import Transaction
from service.store.sightings import Print


class Past:
    """What was seen before this batch, and what the batch adds to it."""

    def __init__(self, tx: Transaction, batch: Sequence[Looked], window: timedelta) -> None:
        self._window = window
        self._history = tx.sightings.of([each.raw.url for each in batch])
        self._meet = tx.sightings.meeting([band for each in batch if each.print for band in each.print.bands])
        self._known = {each.article_id: _known(each) for each in tx.sightings.prints(self._meet)}
        self._sightings: list[Sighting] = []
        self._prints: list[Print] = []

    def judge(self, looked: Looked, threshold: float) -> Verdict:
        history = self._history.setdefault(looked.raw.url, [])
        original_id = "" if history else self._original(looked, threshold)
        verdict = decide(looked.text_hash, looked.position, history, original_id)
        if verdict.remember and verdict.kind != "repeat":
            self._add(looked, verdict, history)
        return verdict

    def _original(self, looked: Looked, threshold: float) -> str:
        if looked.print is None:
            return ""
        ids = {each for band in looked.print.bands for each in self._meet.get(band, ())}
        oldest = looked.raw.seen_at - self._window
        known = [self._known[each] for each in ids if self._known[each].seen_at >= oldest]
        return original_of(looked.raw.source, looked.print.shingles, known, threshold)

    def _add(self, looked: Looked, verdict: Verdict, history: list[Sighting]) -> None:
        assert verdict.kind != "repeat"
        sighting = Sighting(
            url=looked.raw.url,
            text_hash=looked.text_hash,
            article_id=looked.article_id,
            revision=verdict.revision,
            kind=verdict.kind,
            original_id=verdict.original_id,
            position=looked.position,
            seen_at=looked.raw.seen_at,
        )
        history.append(sighting)
        self._sightings.append(sighting)
        if looked.print and verdict.kind != "revision":
            self._meets(looked, verdict.original_id, looked.print)

    def _meets(self, looked: Looked, original_id: str, found: Fingerprint) -> None:
        raw = looked.raw
        self._known[looked.article_id] = Known(looked.article_id, original_id, raw.source, found.shingles, raw.seen_at)
        for band in found.bands:
            self._meet.setdefault(band, []).append(looked.article_id)
        self._prints.append(
            Print(looked.article_id, original_id, raw.source, found.shingles.tobytes(), raw.seen_at, found.bands)
        )

    def remember(self, tx: Transaction) -> None:
        tx.sightings.add(self._sightings)
        tx.sightings.add_prints(self._prints)


def _known(print: Print) -> Known:
    shingles = np.frombuffer(print.shingles, np.uint32)
    return Known(print.article_id, print.original_id, print.source, shingles, print.seen_at)
