"""Floors under what is found in our own labelled texts, and the measure itself. Tuned on the "dev" half alone."""

import gzip
import json
from pathlib import Path

import pytest

from service.messages import Article, EnrichedArticle, Entity, RawArticle
from tests.quality.entities import MEASURES, SOME_TIME, Tally, measured, read

COUNTRIES = Path(__file__).parents[1] / "data" / "enrich" / "countries.jsonl"
FULL = ("be", "bg", "cs", "de", "en", "es", "fr", "it", "pl", "pt", "ru", "sl", "uk")


def an_article(**fields: object) -> EnrichedArticle:
    raw = RawArticle(url="https://news.test/a", source="news.test", seen_at=SOME_TIME)
    article = Article(article_id="a", kind="new", revision=0, raw=raw)
    return EnrichedArticle(article=article, text="", language="en", **fields)  # type: ignore[arg-type]  # any of them


@pytest.fixture(scope="module")
def kept_back() -> dict[str, dict[str, Tally]]:
    return measured(read(COUNTRIES, "test"))


@pytest.mark.slow
def test_countries_in_texts_kept_back(kept_back: dict[str, dict[str, Tally]]) -> None:
    assert kept_back["countries"][""].precision >= 0.97
    assert kept_back["countries"][""].recall >= 0.97


@pytest.mark.parametrize("language", FULL)
def test_countries_in_each_language(kept_back: dict[str, dict[str, Tally]], language: str) -> None:
    assert kept_back["countries"][language].f1 >= 0.94


def test_scenes_in_texts_kept_back(kept_back: dict[str, dict[str, Tally]]) -> None:
    assert kept_back["scene"][""].precision >= 0.95
    assert kept_back["scene"][""].recall >= 0.85


def test_the_set_is_as_large_as_it_says() -> None:
    lines = read(COUNTRIES)
    sizes = {code: sum(line["lang"] == code for line in lines) for code in {line["lang"] for line in lines}}
    assert all(sizes[code] >= 20 for code in FULL)
    assert sum(size >= 3 for size in sizes.values()) >= 43
    assert len(read(COUNTRIES, "dev")) + len(read(COUNTRIES, "test")) == len(lines)


def test_a_zipped_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl.gz"
    path.write_bytes(gzip.compress(json.dumps({"text": "Rain in Peru.", "lang": "en", "countries": ["PE"]}).encode()))
    assert measured(read(path))["countries"][""] == Tally(1, 0, 0)


def test_a_line_without_a_text_is_named(tmp_path: Path) -> None:
    path = tmp_path / "texts.jsonl"
    path.write_text('{"text": "", "countries": []}\n{"countries": []}\n')
    with pytest.raises(ValueError, match="line 2: no text"):
        read(path)


def test_what_is_not_labelled_is_not_asked() -> None:
    assert measured([{"text": "Rain in Peru."}]) == {}


def test_countries_are_compared_as_sets() -> None:
    assert MEASURES["countries"](["BY", "PL"], an_article(countries=("PL", "LT"))) == Tally(1, 1, 1)


def test_no_scene_is_neither_right_nor_wrong() -> None:
    assert MEASURES["scene"]("", an_article()) == Tally(0, 0, 0)
    assert MEASURES["scene"]("", an_article(scene="PL")) == Tally(0, 1, 0)
    assert MEASURES["scene"]("BY", an_article(scene="PL")) == Tally(0, 1, 1)


def test_entities_are_found_by_id_or_name_and_kind() -> None:
    found = an_article(
        entities=(
            Entity(id="e1", kind="person", name="Ana Lind", forms=("Ana Lind", "Lind")),
            Entity(id="e2", kind="organisation", name="Harbour Board"),
        )
    )
    compare = MEASURES["entities"]
    assert compare([{"id": "e1"}, {"name": "Harbour Board", "kind": "organisation"}], found) == Tally(2, 0, 0)
    assert compare([{"name": "Lind", "kind": "person"}], found) == Tally(1, 1, 0)
    assert compare([{"name": "Harbour Board", "kind": "person"}], found) == Tally(0, 2, 1)


def test_nothing_given_and_nothing_found_is_no_error() -> None:
    assert Tally().shown() == {"p": 1.0, "r": 1.0, "f1": 1.0}
