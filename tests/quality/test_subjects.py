"""Subjects are right, found, and as sure as they say: floors a little below what was measured."""

from pathlib import Path

import pytest

from consumers.enrich.subjects import LANGUAGES
from tests.quality.subjects import Labelled, calibration, measure, read

TEXTS = read(Path(__file__).parents[1] / "data" / "subjects.tsv")


def test_there_are_enough_texts_in_each_language() -> None:
    assert len(TEXTS) >= 120
    assert all(sum(each.language == code for each in TEXTS) >= 12 for code in LANGUAGES)


def test_most_subjects_are_right_and_most_are_found() -> None:
    found = measure(TEXTS)
    assert found.precision >= 0.88
    assert found.recall >= 0.9
    assert found.silent >= 0.75


@pytest.mark.parametrize("half", [0, 1])
def test_each_confidence_is_no_exaggeration(half: int) -> None:
    for sure, (many, right) in calibration(TEXTS[half::2]).items():
        assert many
        assert right / many >= sure - 0.02


def test_a_wrong_subject_and_a_missed_one_are_counted() -> None:
    wrong = Labelled("en", frozenset({"20000018"}), "20000018", "Earthquake shakes the coast", "")
    found = measure([wrong])
    assert (found.precision, found.recall, found.said) == (0.0, 0.0, 1)
