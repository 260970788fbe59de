"""The quality program takes any labelled file, and says plainly what is wrong with one it cannot read."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.newsroom import Newsroom
from tests.quality.labelled import SOME_TIME, read
from tests.quality.stories import SETTINGS, group, main, ordered, report

PLAIN = SETTINGS.model_copy(update={"enrich": SETTINGS.enrich.model_copy(update={"embeddings": False})})


def lines(*documents: dict[str, object]) -> str:
    return "\n".join(map(json.dumps, documents))


def test_missing_fields_are_made_up(tmp_path: Path) -> None:
    path = tmp_path / "few.jsonl"
    path.write_text(lines({"id": 7, "text": "t", "story": 1}, {"id": "x/y", "text": "t", "story": "s"}))
    first, second = read(path)
    assert (first.label, first.raw.seen_at, first.raw.title) == ("1", SOME_TIME, "")
    assert first.raw.url == "https://labelled.invalid/7" != second.raw.url
    assert first.raw.source != second.raw.source


@pytest.mark.parametrize(
    ("name", "value"),
    [("published", "2026-03-14T10:00:00+01:00"), ("ts", 1773478800), ("date", "2026-03-14T09:00:00")],
)
def test_times_are_read_however_they_are_written(tmp_path: Path, name: str, value: object) -> None:
    path = tmp_path / "times.jsonl.gz"
    path.write_bytes(gzip.compress(lines({"id": 1, "text": "t", "group": "g", name: value}).encode()))
    (document,) = read(path, "group")
    assert document.raw.published_at == datetime(2026, 3, 14, 9, tzinfo=UTC)


@pytest.mark.parametrize("bad", ["{", "[]", '{"id": 1, "text": "t"}', '{"id": 1, "story": 1, "date": "soon"}'])
def test_a_line_that_is_no_document_is_named(tmp_path: Path, bad: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(lines({"id": 1, "text": "t", "story": 1}) + "\n" + bad)
    assert main([str(path)]) == 2
    assert "line 2" in capsys.readouterr().err


@pytest.mark.slow
async def test_documents_pass_all_stages_and_repeats_count_with_what_they_repeat(tmp_path: Path) -> None:
    newsroom = Newsroom(2)
    told = [newsroom.report(place % 3) for place in range(12)]
    told += told[:2]
    path = tmp_path / "told.jsonl"
    fields = [
        {"id": place, "text": each.text, "title": each.article.raw.title, "url": each.article.raw.url}
        | {"story": place % 12 % 3, "lang": "en", "published": str(each.article.raw.published_at)}
        for place, each in enumerate(told)
    ]
    path.write_text(lines(*fields))
    documents = ordered(read(path), None, False)
    groups = await group(documents, 5, PLAIN)
    said = report(documents, groups)
    assert said["documents"] == 14
    assert said["outcomes"]["dedupe"] == {"new": 12, "repeat": 2}
    by_address = {(each.raw.url, story) for each, story in zip(documents, groups.stories, strict=True)}
    assert len(by_address) == 12
    assert 0 < said["bcubed"]["f1"] <= 1
    assert set(said["seconds"]) == {"dedupe", "enrich", "cluster", "link"}


def test_shuffling_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    path = tmp_path / "some.jsonl"
    path.write_text(lines(*({"id": n, "text": "t", "story": n, "ts": 1e9 + n} for n in range(20))))
    documents = read(path)
    assert ordered(documents, None, False) == documents
    assert ordered(documents, 1, True) == ordered(documents, 1, True) != ordered(documents, None, True)
    assert {each.raw.seen_at for each in ordered(documents, 1, True)} == {SOME_TIME}
