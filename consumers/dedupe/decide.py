"""What is this raw article? Pure: the past and the present come in, the verdict goes out.

Deciding twice about the same record gives the same answer, whatever came after it the first time: what was
decided because of it is told by its position, and of what came behind it on its partition nothing is used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from consumers.dedupe.fingerprint import Known, Measure
from consumers.dedupe.look import Looked
from service.messages import ArticleKind
from service.model import Sighting


@dataclass(frozen=True, slots=True)
class Verdict:
    """`revision` counts from 0; `original_id` is "" for nobody's copy."""

    kind: ArticleKind | Literal["repeat"]
    revision: int = 0
    original_id: str = ""
    remember: bool = False
    """Whether this is news that must be stored."""


def decide(looked: Looked, history: Sequence[Sighting], original_id: str) -> Verdict:
    """`history` is what was seen of the article, by revision; `original_id` what it would be a copy of."""
    for seen in history:
        if (seen.position, seen.text_hash) == (looked.position, looked.text_hash):
            return Verdict(seen.kind, seen.revision, seen.original_id)
    if not history:
        return Verdict("copy" if original_id else "new", 0, original_id, remember=True)
    before = [seen for seen in history if not behind(seen.position, looked.position)]
    if brings_nothing(looked, before or history):
        return Verdict("repeat")
    last = history[-1]
    return Verdict("revision", last.revision + 1, last.original_id, remember=True)


def brings_nothing(looked: Looked, history: Sequence[Sighting]) -> bool:
    """The latest text again; or from a feed, any earlier one: caches of feeds flap.

    The page itself may well return to what it said before. So may what became of it.
    """
    last, raw = history[-1], looked.raw
    if looked.recheck or raw.state != "published":
        return (last.text_hash, last.state, last.moved_to) == (looked.text_hash, raw.state, raw.moved_to)
    if not raw.text:  # a sitemap knows no more than the address, or the title
        return not raw.title or any(seen.title_hash == looked.title_hash for seen in history)
    return any(seen.text_hash == looked.text_hash for seen in history)


def behind(position: str, other: str) -> bool:
    """Whether a record lies behind another one on the same partition; other partitions have no order."""
    partition, _, offset = position.rpartition("/")
    other_partition, _, other_offset = other.rpartition("/")
    numbered = offset.isdecimal() and other_offset.isdecimal()
    return numbered and partition == other_partition and int(offset) > int(other_offset)


def original_of(looked: Looked, known: Iterable[Known], measure: Measure) -> str:
    """The earliest article of the most similar text, at another source; "" if none is similar enough.

    The same record always finds the same original: ties go to the earlier, then to the smaller id.
    """
    assert looked.print
    shingles: NDArray[np.uint32] = looked.print.shingles
    likely = [
        (-measure.of(shingles, each.shingles), each.seen_at, each.article_id, each.original_id)
        for each in known
        if measure.within_source or each.source != looked.raw.source
    ]
    if not likely:
        return ""
    minus, _, article_id, original_id = min(likely)
    return (original_id or article_id) if -minus >= 1 else ""
