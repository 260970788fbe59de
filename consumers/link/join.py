"""Do two strands report one happening? Likenesses come in, log odds go out; then a story goes out.

Pure. A pair of strands is scored by logistic regression. What counts is less how like two strands are than
whether either is the other's best in its language: two different stories in neighbouring languages look more
alike than one story in distant ones. A story is joined by the mean over the best few of its strands.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CLIP = 4.0
BEST = 3
"""Strands of a story that have a say: one that is like nothing else must not keep out all."""
DECIMALS = 5
"""Scores are compared rounded, so that the order of summing never decides."""
SAME_LANGUAGE = 2.0
"""Taken off where the story has a strand in this language already: clustering saw two happenings there."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a strand compares with each of some strands in other languages; one value for each of them."""

    places: Floats
    names: Floats
    numbers: Floats
    letters: Floats
    embedding: Floats
    """nan where either has none."""
    places_differ: NDArray[np.bool_]
    """Both name places, and share none."""
    days: Floats


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of the pair model: each pair by itself."""

    bias: float
    places: float
    names: float
    numbers: float
    letters: float
    embedding: float
    no_embedding: float
    places_differ: float
    two_days: float
    week: float


ALONE = Weights(-7.55, 2.26, 0.94, 2.24, 6.20, 5.50, 3.74, -1.59, -2.68, 4.18)
"""The features overlap, so the coefficients only make sense together: fit them again, do not edit them."""
BIAS, OWN, AHEAD, BEHIND = 0.09, 0.89, 0.33, 0.80
"""And of a pair among its rivals."""


def likeness_alone(like: Likeness, weights: Weights = ALONE) -> Floats:
    """Log odds of each pair by itself."""
    without = np.isnan(like.embedding)
    return np.asarray(
        weights.bias
        + weights.places * like.places
        + weights.names * like.names
        + weights.numbers * like.numbers
        + weights.letters * like.letters
        + weights.embedding * np.where(without, 0, like.embedding)
        + weights.no_embedding * without
        + weights.places_differ * like.places_differ
        + weights.two_days * np.exp(-like.days / 2)
        + weights.week * np.exp(-like.days / 7)
    )


def lead(scores: Floats, languages: Sequence[str]) -> Floats:
    """How far each is ahead of the best other strand of its language, or behind it; at most `CLIP`."""
    ahead = np.full(len(scores), CLIP)
    by_language: dict[str, list[int]] = {}
    for place, language in enumerate(languages):
        by_language.setdefault(language, []).append(place)
    for places in by_language.values():
        if len(places) > 1:
            second, best = np.sort(scores[places])[-2:]
            rival = np.where(scores[places] == best, second, best)
            ahead[places] = scores[places] - rival
    return np.asarray(np.clip(ahead, -CLIP, CLIP))


def score_pairs(like: Likeness, languages: Sequence[str]) -> Floats:
    """Log odds, clipped, that the strand and each of the others report one happening."""
    alone = likeness_alone(like)
    ahead = lead(alone, languages)
    scores = BIAS + OWN * alone + AHEAD * np.maximum(ahead, 0) + BEHIND * np.minimum(ahead, 0)
    return np.asarray(np.clip(scores, -CLIP, CLIP))


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
