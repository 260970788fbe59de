"""Do two strands report one happening? Features come in, log odds go out; then a story goes out. Pure.

A pair of strands is scored by logistic regression. A story is joined by the mean over the best few of its strands.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from consumers.link.weights import Floats

CLIP = 4.0
BEST = 5
"""Strands of a story that have a say: one that is like nothing else must not keep out all."""
DECIMALS = 4
"""Scores are compared rounded, so that the order of summing never decides."""
SAME_LANGUAGE = 0.5
"""Taken off where the story has a strand in this language already: clustering, which is shy, saw two happenings."""


def score_pairs(features: Floats, both_embedded: Floats, coefficients: Floats) -> Floats:
    """Log odds, clipped, that both of each pair report one happening."""
    words, meaning = (features @ coefficients.T).T
    return np.asarray(np.clip(np.where(both_embedded > 0, meaning, words), -CLIP, CLIP), np.float32)


def score_stories(scores: Mapping[str, Sequence[float]], crowded: frozenset[str]) -> dict[str, float]:
    """Each story's mean over its best few; `crowded` are those with a strand in the newcomer's language."""
    return {
        story_id: round(_mean_of_best(each) - SAME_LANGUAGE * (story_id in crowded), DECIMALS)
        for story_id, each in scores.items()
    }


def _mean_of_best(scores: Sequence[float]) -> float:
    best = sorted(scores, reverse=True)[:BEST]
    return sum(best) / len(best)


def best_story(scores: Mapping[str, float], threshold: float) -> str:
    """The story to join, "" for none. Equal scores go to the smaller id, so that every run answers alike."""
    if not scores:
        return ""
    best, story_id = min((-score, story_id) for story_id, score in scores.items())
    return story_id if -best > threshold else ""
