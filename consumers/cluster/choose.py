"""Which strand does an article belong to? Similarities and times come in, a strand or none goes out.

Pure. A pair of articles is scored by logistic regression (log odds that both report one happening); an
article's score for a strand is the mean over the best few of its members, because a single best one would
let large strands swallow everything.
"""

from collections.abc import Sequence
from dataclasses import astuple, dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

BEST = 5
"""Members of a strand that have a say."""
CLIP = 4.0
"""A single pair may not weigh more than this."""
LONELY = 1.5
"""Taken off, divided by the number of members: among many near articles one is always like the newcomer by chance,
several seldom."""
DECIMALS = 5
"""Scores are compared rounded, so that the order of summing never decides."""
MOST_DAYS = 3.0


@dataclass(frozen=True, slots=True)
class Likeness:
    """How the newcomer compares with each of some articles; all arrays have one value for each of them."""

    title: Floats
    body: Floats
    window: Floats
    """Of the bodies, with weights that are low for what is in the news anyway."""
    names: Floats
    embedding: Floats
    """nan where either has none."""
    days: Floats
    """Between the two, without a sign."""
    least_gap: Floats
    most_gap: Floats
    """`window` relative to the best that each of the two has nearby: the smaller, the greater."""
    no_body: NDArray[np.bool_]
    """Whether either is a mere headline."""


@dataclass(frozen=True, slots=True)
class Weights:
    """Coefficients of one pair model."""

    bias: float
    title: float
    body: float
    window: float
    names: float
    embedding: float
    least_gap: float
    most_gap: float


DAYS = -1.46
FRESH = 1.38
FULL = Weights(-8.33, 0.87, -3.33, 5.58, 6.80, 4.23, 0.43, 3.37)
FULL_WORDS = Weights(-6.88, 0.87, -2.15, 6.79, 7.63, 0.0, 0.50, 3.44)
HEADLINE = Weights(-5.08, 4.71, 0.88, -1.52, -0.08, 10.63, -0.06, 0.28)
HEADLINE_WORDS = Weights(-2.48, 8.42, 4.07, 2.16, 1.12, 0.0, 0.46, -0.29)
"""For full texts and for headlines, each with embeddings and by words alone. The features overlap, so the
coefficients only make sense together: fit them again, do not edit them."""


MODELS = np.array([astuple(each) for each in (FULL, FULL_WORDS, HEADLINE, HEADLINE_WORDS)], np.float32)


def score_pairs(like: Likeness) -> Floats:
    """Log odds, clipped, that the newcomer and each article report one happening."""
    by_words = np.isnan(like.embedding)
    features = np.stack(
        [
            np.ones(len(by_words), np.float32),
            like.title,
            like.body,
            like.window,
            like.names,
            np.where(by_words, 0, like.embedding),
            like.least_gap,
            like.most_gap,
        ],
        axis=1,
    )
    scores = (features * MODELS[2 * like.no_body + by_words]).sum(axis=1)
    scores += DAYS * np.minimum(like.days, MOST_DAYS) + FRESH * np.exp(-like.days)
    return np.asarray(np.clip(scores, -CLIP, CLIP), np.float32)


def choose(scores: Floats, strand_ids: Sequence[str], threshold: float) -> str:
    """The strand to join; "" to open one. `strand_ids[i]` is the strand of the article scored `scores[i]`.

    Equal scores go to the smaller id, so that the same past always gives the same answer.
    """
    members: dict[str, list[float]] = {}
    for score, strand_id in zip(scores.tolist(), strand_ids, strict=True):
        members.setdefault(strand_id, []).append(score)
    if not members:
        return ""
    best, strand_id = min((-_score(of_strand), strand_id) for strand_id, of_strand in members.items())
    return strand_id if -best > threshold else ""


def _score(scores: list[float]) -> float:
    best = sorted(scores, reverse=True)[:BEST]
    return round(sum(best) / len(best) - LONELY / len(scores), DECIMALS)
