"""Which strand does an article belong to?"""

from typing import Any

import numpy as np
import pytest

from consumers.cluster.choose import CLIP, Likeness, choose, score_pairs
from consumers.cluster.vectors import FULL, HEADLINE


def like(**given: float | bool) -> Likeness:
    """One pair, alike as two reports of one happening are if nothing else is said."""
    alike: dict[str, Any] = {"title": 0.3, "body": 0.4, "window": 0.4, "names": 0.5, "embedding": 0.7, "days": 0.2}
    alike |= {"least_gap": 0.8, "most_gap": 1.0, "length": FULL, "dated": True} | given
    return Likeness(**{name: np.array([value]) for name, value in alike.items()})


def score(**given: float | bool) -> float:
    return float(score_pairs(like(**given))[0])


def test_alike_in_everything_scores_high_and_in_nothing_low() -> None:
    nothing = dict.fromkeys(("title", "body", "window", "names", "embedding", "least_gap", "most_gap"), 0.0)
    assert score() > 1
    assert score(**nothing) == -CLIP


@pytest.mark.parametrize("days", [0.0, 0.5, 1.0, 2.0])
def test_time_tells_apart(days: float) -> None:
    assert score(days=days) > score(days=days + 1)


def test_without_embeddings_words_decide() -> None:
    unknown = float("nan")
    assert score(embedding=unknown) > 0.5
    assert score(embedding=unknown, length=HEADLINE, window=0.0, title=0.0, body=0.0) < 0


def test_an_article_that_nothing_is_like_opens_a_strand() -> None:
    assert choose([], [], 0.25) == ""
    assert choose([-4.0, -3.0], ["sd_a", "sd_b"], 0.25) == ""


def test_the_strand_with_the_best_mean_wins_not_the_best_article() -> None:
    scores = [4.0, -4.0, -4.0, 2.0, 2.0, 2.0]
    assert choose(scores, ["sd_a"] * 3 + ["sd_b"] * 3, 0.25) == "sd_b"


def test_only_the_best_few_members_have_a_say() -> None:
    scores = [3.0] * 5 + [-4.0] * 30
    assert choose(scores, ["sd_a"] * 35, 0.25) == "sd_a"


def test_a_strand_of_one_must_be_more_alike_than_one_of_many() -> None:
    scores = [1.0, 1.0, 1.0, 1.0]
    assert choose(scores[:1], ["sd_a"], 0.25) == ""
    assert choose(scores, ["sd_a"] * 4, 0.25) == "sd_a"


def test_equal_scores_go_to_the_smaller_id_in_any_order() -> None:
    scores = [3.0, 3.0]
    assert choose(scores, ["sd_b", "sd_a"], 0.25) == choose(scores, ["sd_a", "sd_b"], 0.25) == "sd_a"
