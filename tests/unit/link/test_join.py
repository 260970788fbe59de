"""Do two strands report one happening?"""

import numpy as np
import pytest

from consumers.link.join import BEST, SAME_LANGUAGE, best_story, score_pairs, score_stories
from consumers.link.weights import FEATURES, MEANING, MODELS, WORDS, coefficients, read

ALIKE = {"places": 0.9, "places_over_usual": 3.0, "names": 0.6, "names_over_usual": 3.0, "numbers": 0.5}
ALIKE |= {"numbers_over_usual": 2.0, "letters": 0.2, "letters_over_usual": 2.0, "embedding": 0.75}
ALIKE |= {"embedding_over_usual": 3.0, "both_places": 1, "both_numbers": 1, "two_days": 0.95, "week": 0.98, "bias": 1}
UNLIKE = {"embedding": 0.1, "both_places": 1, "places_differ": 1, "both_numbers": 1, "bias": 1}
UNLIKE |= {"two_days": 0.05, "week": 0.4}


def rows(*pairs: dict[str, float]) -> np.ndarray:
    return np.array([[pair.get(name, 0.0) for name in FEATURES] for pair in pairs], np.float32)


@pytest.mark.parametrize("embedded", [0.0, 1.0])
def test_alike_in_everything_scores_high_and_in_nothing_low(embedded: float) -> None:
    high, low = score_pairs(rows(ALIKE, UNLIKE), np.full(2, embedded, np.float32), read())
    assert high > 1
    assert low < -2


def test_a_week_apart_is_less_likely_than_a_day() -> None:
    apart = [
        UNLIKE | {"places_differ": 0.0, "names": 0.4, "two_days": np.exp(-days / 2), "week": np.exp(-days / 7)}
        for days in (1, 7)
    ]
    day, week = score_pairs(rows(*apart), np.zeros(2, np.float32), read())
    assert day > week


def test_pairs_with_embeddings_have_a_model_of_their_own() -> None:
    models = coefficients({WORDS: {"bias": -1.0}, MEANING: {"bias": 2.0, "embedding": 1.0}})
    scores = score_pairs(rows(ALIKE, ALIKE), np.array([0, 1], np.float32), models)
    assert scores.tolist() == pytest.approx([-1.0, 2.75])


def test_weights_name_known_models_and_features() -> None:
    with pytest.raises(KeyError, match=MEANING):
        coefficients({WORDS: {}})
    with pytest.raises(ValueError, match="nonsense"):
        coefficients({WORDS: {"nonsense": 1.0}, MEANING: {}})
    assert read().shape == (len(MODELS), len(FEATURES))
    assert not read()[0, [FEATURES.index("embedding"), FEATURES.index("embedding_over_usual")]].any()


def test_a_story_is_joined_by_the_mean_of_its_best_strands() -> None:
    scores = score_stories({"st_a": [2.0] * BEST + [-4.0], "st_b": [3.0, -4.0]}, frozenset())
    assert scores == {"st_a": 2.0, "st_b": -0.5}


def test_a_strand_there_in_the_same_language_counts_against_a_story() -> None:
    assert score_stories({"st_a": [2.0]}, frozenset({"st_a"})) == {"st_a": 2.0 - SAME_LANGUAGE}


@pytest.mark.parametrize(
    ("scores", "chosen"),
    [({}, ""), ({"st_a": 0.0}, ""), ({"st_a": 0.1, "st_b": 0.2}, "st_b"), ({"st_b": 1.0, "st_a": 1.0}, "st_a")],
)
def test_the_best_story_above_the_threshold_is_joined(scores: dict[str, float], chosen: str) -> None:
    assert best_story(scores, 0.0) == chosen
