"""Copies are told from what only looks alike, on a labelled set of our own; the floors may only rise."""

import json
from collections import Counter
from pathlib import Path

import pytest

from service.settings import DedupeSettings
from tests.quality.copies import by_kind, main, report, simhash
from tests.quality.copies_corpus import corpus
from tests.quality.labelled import Labelled, read

ALIKE = ("report", "template", "quotation", "follow-up")
"""Nobody's copies, however much they have in common."""


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("copies") / "copies.jsonl"
    path.write_text("\n".join(each.line() for each in corpus()), "utf-8")
    return path


@pytest.fixture(scope="module")
def documents(file: Path) -> list[Labelled]:
    return read(file, "original")


def test_the_set_has_originals_copies_and_look_alikes_in_every_language() -> None:
    documents = corpus()
    originals = [each for each in documents if each.id == each.original]
    assert len([each for each in originals if each.kind == "report"]) >= 60
    assert len(documents) - len(originals) >= 150
    assert {each.language for each in documents} == {"en", "de", "pl", "ru", "be", "zh"}
    assert documents == corpus()


@pytest.mark.slow
def test_copies_are_found_and_look_alikes_are_not_called_copies(documents: list[Labelled]) -> None:
    settings = DedupeSettings()
    said = report(documents, [settings.similarity], [settings.containment])
    (found,) = said["dedupe"]
    assert found["precision"] >= 0.99
    assert found["recall"] >= 0.88
    assert max(each["f1"] for each in said["simhash"]) < found["f1"] - 0.2  # a SimHash alone will not do


@pytest.mark.slow
def test_by_hand_nothing_is_told_wrong(documents: list[Labelled]) -> None:
    counts = by_kind(documents, [each.kind for each in corpus()], DedupeSettings())
    assert counts["by hand"]["wrong"] == 0
    assert counts["lead alone"]["wrong"] <= 2
    assert sum(counts[kind]["wrong"] for kind in ALIKE) <= 3


def test_what_the_program_says_of_a_small_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "few.jsonl"
    text = " ".join(f"word{n}" for n in range(60))
    lines = [{"id": name, "source": name, "text": text, "group": "g"} for name in "ab"]
    path.write_text("\n".join(map(json.dumps, lines)))
    assert main([str(path), "--threshold", "0.5"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["documents"], said["copies"], said["dedupe"][0]["recall"]) == (2, 1, 1)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": 1, "text": "no label"}')
    assert main([str(path)]) == 2
    assert "line 1" in capsys.readouterr().err


def test_simhash_is_near_for_near_texts() -> None:
    words = [f"word{n}" for n in range(200)]
    one, other = simhash(" ".join(words)), simhash(" ".join([*words[:-1], "last"]))
    assert (one ^ other).bit_count() <= 6
    assert Counter(bin(simhash(""))[2:])["1"] <= 64
