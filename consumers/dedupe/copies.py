"""Copies: earlier articles with nearly the same text, met under bands of their fingerprints."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import chain

import numpy as np

from consumers.dedupe.decide import original_of
from consumers.dedupe.fingerprint import Known, Measure, similarity
from consumers.dedupe.look import Looked
from service.store import Transaction
from service.store.sightings import Print

MOST_ALIKE = 8
"""Articles of one source that are compared word by word."""
ALIKE = 0.3


class Copies:
    """What can be met by this batch, and what the batch adds to it."""

    def __init__(self, tx: Transaction, batch: Sequence[Looked]) -> None:
        self._meet = tx.sightings.meeting([band for each in batch if each.print for band in each.print.bands])
        self._known = {each.article_id: _known(each) for each in tx.sightings.prints(self._meet)}
        self._prints: list[Print] = []

    def original(self, looked: Looked, window: timedelta, measure: Measure) -> str:
        """The id of the article that this one is a copy of; "" if it is nobody's."""
        if looked.print is None:
            return ""
        oldest = looked.raw.seen_at - window
        return original_of(looked, (each for each in self._met(looked) if each.seen_at >= oldest), measure)

    def alike(self, looked: Looked) -> list[str]:
        """The ids of those articles of the same source whose texts are the most like this one."""
        if looked.print is None:
            return []
        own = [each for each in self._met(looked) if each.source == looked.raw.source]
        shingles = looked.print.shingles
        rated = sorted((-similarity(shingles, each.shingles), each.article_id) for each in own)
        return [article for minus, article in rated[:MOST_ALIKE] if -minus >= ALIKE]

    def _met(self, looked: Looked) -> Iterator[Known]:
        """Nobody, for most."""
        assert looked.print
        met = [self._meet[band] for band in looked.print.bands if band in self._meet]
        return (self._known[each] for each in set(chain.from_iterable(met)))

    def add(self, looked: Looked, article: str, original_id: str) -> None:
        """What comes later may be like this one."""
        if not (found := looked.print):
            return
        raw = looked.raw
        self._known[article] = Known(article, original_id, raw.source, found.shingles, raw.seen_at)
        for band in found.bands:
            self._meet.setdefault(band, []).append(article)
        kept = Print(article, original_id, raw.source, found.shingles.tobytes(), raw.seen_at, found.bands)
        self._prints.append(kept)

    def remember(self, tx: Transaction) -> None:
        tx.sightings.add_prints(self._prints)


def _known(print: Print) -> Known:
    shingles = np.frombuffer(print.shingles, np.uint32)
    return Known(print.article_id, print.original_id, print.source, shingles, print.seen_at)
