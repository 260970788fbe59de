"""What is this raw article? Pure: the past and the present come in, the verdict goes out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from consumers.dedupe.fingerprint import Known, similarity
from service.messages import ArticleKind
from service.model import Sighting


@dataclass(frozen=True, slots=True)
class Verdict:
    """`revision` counts the texts of the address from 0; `original_id` is "" for nobody's copy."""

    kind: ArticleKind | Literal["repeat"]
    revision: int = 0
    original_id: str = ""
    remember: bool = False
    """Whether this is news that must be stored."""


def decide(text_hash: str, position: str, history: Sequence[Sighting], original_id: str) -> Verdict:
    """`history` is what was seen at the address, by revision; `original_id` what it would be a copy of."""
    for seen in history:
        if seen.text_hash == text_hash:
            if seen.position == position:  # we decided this very record before: say the same again
                return Verdict(seen.kind, seen.revision, seen.original_id)
            return Verdict("repeat")
    if history:
        last = history[-1]
        return Verdict("revision", last.revision + 1, last.original_id, remember=True)
    return Verdict("copy" if original_id else "new", 0, original_id, remember=True)


def original_of(source: str, shingles: NDArray[np.uint32], known: Iterable[Known], threshold: float) -> str:
    """The earliest article of the most similar text at another source; "" if none is similar enough.

    The same record always finds the same original: ties go to the earlier, then to the smaller id.
    """
    likely = [
        (-similarity(shingles, each.shingles), each.seen_at, each.article_id, each.original_id)
        for each in known
        if each.source != source
    ]
    if not likely:
        return ""
    minus, _, article_id, original_id = min(likely)
    return (original_id or article_id) if -minus >= threshold else ""
