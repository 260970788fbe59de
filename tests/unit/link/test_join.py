"""Do two strands report one happening?"""

from typing import Any

import numpy as np
import pytest

from consumers.link.join import CLIP, SAME_LANGUAGE, Likeness, best_story, lead, score_pairs, score_stories


def like(*pairs: dict[str, float | bool]) -> Likeness:
    alike: dict[str, Any] = {"places": 0.6, "names": 0.5, "numbers": 0.5, "letters": 0.2, "embedding": 0.7}
    alike |= {"places_differ": False, "days": 0.2}
    rows = [alike | pair for pair in pairs]
    return Likeness(**{name: np.array([row[name] for row in rows]) for name in alike})


NOTHING: dict[str, float | bool] = {
    "places": 0.0,
    "names": 0.0,
    "numbers": 0.0,
    "letters": 0.01,
    "embedding": 0.1,
    "places_differ": True,
}


def test_alike_in_everything_scores_high_and_in_nothing_low() -> None:
    high, low = score_pairs(like({}, NOTHING), ["de", "ru"])
    assert high > 1
    assert low == -CLIP


def test_a_language_the_model_does_not_know_can_still_be_linked() -> None:
    assert score_pairs(like({"embedding": float("nan")}), ["be"])[0] > 0


def test_a_week_apart_is_less_likely_than_a_day() -> None:
    day, week = score_pairs(like({"days": 1.0, "places": 0.0}, {"days": 7.0, "places": 0.0}), ["de", "ru"])
    assert day > week


def test_a_rival_in_the_same_language_counts_against_both() -> None:
    alone = score_pairs(like({}), ["de"])[0]
    first, second = score_pairs(like({}, {"names": 0.3}), ["de", "de"])
    assert alone > first > second


def test_lead_is_over_the_best_other_of_the_language() -> None:
    found = lead(np.array([3.0, 1.0, 2.0, 0.0]), ["de", "de", "de", "ru"])
    assert found.tolist() == [1.0, -2.0, -1.0, CLIP]


def test_a_story_is_joined_by_the_mean_of_its_best_strands() -> None:
    scores = score_stories({"st_a": [2.0, 2.0, 2.0, -4.0], "st_b": [3.0, -4.0]}, frozenset())
    assert scores == {"st_a": 2.0, "st_b": -0.5}


def test_a_strand_there_in_the_same_language_counts_against_a_story() -> None:
    assert score_stories({"st_a": [2.0]}, frozenset({"st_a"})) == {"st_a": 2.0 - SAME_LANGUAGE}


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [({}, ""), ({"st_a": 0.0}, ""), ({"st_a": 0.1, "st_b": 0.2}, "st_b"), ({"st_b": 1.0, "st_a": 1.0}, "st_a")],
)
def test_the_best_story_above_the_threshold_is_joined(scores: dict[str, float], chosen: str) -> None:
    assert best_story(scores, 0.0) == chosen
