"""Which story is a held strand's? Strands come in as memory holds them, scores of stories go out."""

from collections.abc import Sequence

from consumers.link.compare import both_embedded, compare
from consumers.link.held import HeldStrand
from consumers.link.join import CLIP, score_pairs, score_stories
from consumers.link.memory import Memory
from consumers.link.weights import Floats, read

COEFFICIENTS = read()
MOST_TOGETHER = 4
"""Strands of a story that have a say when it may be merged."""
MOST_ASKED = 12
"""Strands of the other story that each of them is compared with."""


def story_scores(memory: Memory, strand: HeldStrand, coefficients: Floats = COEFFICIENTS) -> dict[str, float]:
    """Log odds that the strand belongs to each story near it."""
    return _scores(memory, strand, memory.near(strand), coefficients)


def _scores(
    memory: Memory, strand: HeldStrand, near: Sequence[HeldStrand], coefficients: Floats = COEFFICIENTS
) -> dict[str, float]:
    if not near:
        return {}
    pairs = score_pairs(compare(strand, near, memory.table), both_embedded(strand, near), coefficients)
    scores: dict[str, list[float]] = {}
    for other, score in zip(near, pairs.tolist(), strict=True):
        scores.setdefault(other.story_id, []).append(score)
    crowded = frozenset(story_id for story_id in scores if memory.speaks(story_id, strand.language))
    return score_stories(scores, crowded)


def agree(memory: Memory, own: str, other: str, threshold: float) -> bool:
    """Whether two stories are one: the mean of what the strands of `own` say is above the threshold.

    Asks no further once those that are left could not change the answer.
    """
    strands = memory.of_story(own)[:MOST_TOGETHER]
    total, said = 0.0, 0
    for left, strand in zip(range(len(strands) - 1, -1, -1), strands, strict=True):
        score = _scores(memory, strand, memory.first(strand, other, MOST_ASKED)).get(other)
        if score is not None:
            total, said = total + score, said + 1
        if total + left * CLIP <= threshold * (said + left):
            return False
    return True
