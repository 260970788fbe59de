"""Pages of our own in many layouts, languages and scripts: is their text found, and what they say of themselves?

The floors may only rise.
"""

import gzip
import json
from pathlib import Path

import pytest

from consumers.pages.extract import extract
from consumers.pages.rules import load_rules
from tests.quality.extraction import FIXTURES, Example, agreement, fixtures, main, read, report

FLOOR, FLOOR_OF_EACH = 0.98, 0.93
TOLD = json.loads((FIXTURES / "imprints.json").read_text("utf-8"))


def test_our_pages_keep_their_floor() -> None:
    found = report(fixtures(), load_rules(None))
    assert found["f1"] >= FLOOR
    assert found["recall"] >= 0.99
    assert (found["pages"], found["empty"]) == (12, 0)


@pytest.mark.parametrize("example", fixtures(), ids=lambda example: example.name)
def test_each_page_keeps_its_floor(example: Example) -> None:
    assert agreement(extract(example.body, example.url).text, example.text).f1 >= FLOOR_OF_EACH


@pytest.mark.parametrize("name", TOLD)
def test_what_each_page_says_of_itself_is_found(name: str) -> None:
    told = TOLD[name]
    page = extract((FIXTURES / f"{name}.html").read_bytes(), told.pop("url")).page
    found = {field: getattr(page, field) for field in ("title", "author", "language", "canonical")}
    published = page.published_at.isoformat() if page.published_at else None
    assert found | {"published_at": published, "precision": page.published_precision} == told


def test_agreement_counts_words_as_often_as_they_are_there() -> None:
    found = agreement("the pier the boat", "The boat, the boat!")
    assert (found.precision, found.recall) == (0.75, 0.75)
    assert (agreement("", "").f1, agreement("", "boat").f1, agreement("boat", "").f1) == (1.0, 0.0, 0.0)


def test_any_file_of_pages_can_be_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "one.html").write_bytes((FIXTURES / "de-microdata.html").read_bytes())
    text = (FIXTURES / "de-microdata.txt").read_text("utf-8")
    lines = [{"html_file": "one.html", "text": text}, {"html": "<p>Text that is found.</p>", "text": "Text", "id": "x"}]
    file = tmp_path / "pages.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    main([str(file)])
    shown = json.loads(capsys.readouterr().out)
    assert (shown["pages"], shown["worst"][0]["id"]) == (2, "x")
    assert shown["speed"] > 0


@pytest.mark.parametrize(
    "line", ['{"html": 3, "text": "t"}', '{"text": "t"}', "{", '{"html_file": "none", "text": "t"}']
)
def test_a_line_that_is_no_page_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "pages.jsonl"
    file.write_text('{"html": "<p>a</p>", "text": "a"}\n' + line)
    with pytest.raises(ValueError, match="line 2"):
        read(file)
