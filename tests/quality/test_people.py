"""Floors for knowing people, a little under what was reached; and how the program takes what it cannot read."""

from pathlib import Path

import pytest

from tests.quality.people import across_spellings, in_texts, main, pairs, read

DATA = Path(__file__).parents[1] / "data" / "entities"


@pytest.mark.parametrize("part", ["dev", "test"])
def test_one_person_is_known_in_every_spelling_and_two_are_told_apart(part: str) -> None:
    told = across_spellings(pairs(read(DATA / "people.jsonl"), part)).told  # type: ignore[arg-type]  # of the two
    assert told["right"] > 1_000
    assert told["precision"] >= 0.97
    assert told["recall"] >= 0.86


@pytest.mark.parametrize("part", ["dev", "test"])
def test_people_and_organisations_are_found_in_short_texts(part: str) -> None:
    people, organisations, mentions = in_texts(read(DATA / "texts.jsonl"), part)  # type: ignore[arg-type]  # the same
    assert people.told["precision"] >= 0.92
    assert people.told["recall"] >= 0.9
    assert organisations.told["f1"] >= 0.83
    assert mentions.told["precision"] >= 0.95
    assert mentions.told["recall"] >= 0.92


def test_a_line_that_is_neither_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"family": "f", "person": "p", "names": {}}\n{"text": 1}\n')
    assert main([str(path)]) == 2
    assert "line 2" in capsys.readouterr().err
