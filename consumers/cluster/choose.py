"""Which strand does an article belong to? Similarities and times come in, a strand or none goes out.

Pure. A pair of articles is scored by logistic regression (log odds that both report one happening); an
article's score for a strand is the mean over the best few of its members, because a single best one would
let large strands swallow everything.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumers.cluster.weights import AT_ONCE, Floats

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
    """Between the two, without a sign; 0 where it is not known."""
    least_gap: Floats
    most_gap: Floats
    """`window` relative to the best that each of the two has nearby: the smaller, the greater."""
    length: NDArray[np.int64]
    """Of the shorter of the two: `HEADLINE`, `LEAD` or `FULL`."""
    dated: NDArray[np.int64]
    """Who says when both were written: `UNDATED`, `DATED` or `SAID`."""


def features(like: Likeness) -> Floats:
    """What is weighed: a row for each pair, its columns in the order of `FEATURES`."""
    days = np.where(like.dated, like.days, 0)
    columns = [
        np.ones_like(like.title),
        like.title,
        like.body,
        like.window,
        like.names,
        np.where(np.isnan(like.embedding), 0, like.embedding),
        like.least_gap,
        like.most_gap,
        np.minimum(days, MOST_DAYS),
        np.where(like.dated, np.exp(-days), 0),
    ]
    return np.asarray(np.stack(columns, axis=1), np.float32)


def score_pairs(like: Likeness, models: Floats = AT_ONCE) -> Floats:
    """Log odds, clipped, that the newcomer and each article report one happening."""
    return score_by(like, models)[0]


def score_by(like: Likeness, *tables: Floats) -> list[Floats]:
    """The same by several tables of models, a result for each."""
    kind = like.length, np.isnan(like.embedding).astype(np.int64), like.dated.astype(np.int64)
    found = features(like)
    return [np.clip((found * models[kind]).sum(axis=1), -CLIP, CLIP) for models in tables]


def above(scores: Floats, like: Likeness, bars: Sequence[float]) -> Floats:
    """By how much each pair scores more than is asked of such a pair: `bars` are for `HEADLINE`, `LEAD`, `FULL`."""
    asked: Floats = np.asarray(bars, np.float32)[like.length]
    return scores - asked


def choose(scores: Sequence[float], strand_ids: Sequence[str], threshold: float = 0.0) -> str:
    """The strand to join; "" to open one. `strand_ids[i]` is the strand of the article scored `scores[i]`.

    Equal scores go to the smaller id, so that the same past always gives the same answer.
    """
    members: dict[str, list[float]] = {}
    for score, strand_id in zip(scores, strand_ids, strict=True):
        members.setdefault(strand_id, []).append(score)
    if not members:
        return ""
    best, strand_id = min((-strand_score(of_strand), strand_id) for strand_id, of_strand in members.items())
    return strand_id if -best > threshold else ""


def strand_score(scores: Sequence[float]) -> float:
    """What the scores of a strand's near articles come to."""
    best = sorted(scores, reverse=True)[:BEST]
    return round(sum(best) / len(best) - LONELY / len(scores), DECIMALS)
