"""courant story, called in this process: what it prints."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

import migrations
from consumers.cli.commands import assemble
from consumers.enrich.figures.amounts import figures
from service.errors import NotFound
from service.messages import EnrichedArticle
from service.store import Store
from tests.api.filing import an_article_to_file, file_story
from tests.builders import minutes

FREED = "The state released {} prisoners on Monday after talks. They crossed the border by bus at noon."


def article(source: str, minute: float, count: int, **given: object) -> EnrichedArticle:
    text = FREED.format(count)
    times = {"published_at": minutes(minute), "seen_at": minutes(minute + 1)}
    found = {"figures": figures(text, "en"), "title": f"{count} prisoners released"}
    return an_article_to_file(f"https://{source}/freed", source=source, content=text, **(found | times | given))


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one story: two agencies that contradict each other, and a copy."""
    monkeypatch.setenv("COURANT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    url = f"sqlite:///{tmp_path}/data/store.db"
    migrations.upgrade(url)
    first = article("belta.by", 0, 52)
    copy = article("paper.test", 5, 52, original_id=first.article.article_id)
    store = Store(url)
    asyncio.run(store.write(file_story, "st_freed", [first, copy, article("anchor.test", 9, 14)]))
    store.close()
    return tmp_path


def printed(capfdbinary: Any, *command: str) -> str:
    capfdbinary.readouterr()
    assemble(command)(command, standalone_mode=False)
    text: str = capfdbinary.readouterr().out.decode()
    return text


def test_a_story_is_told_to_people(data: Path, capfdbinary: Any) -> None:
    told = printed(capfdbinary, "story", "st_freed")
    assert "On the word of 2 voices, 1 of them a government's; 0 articles only cite." in told
    assert "First: belta.by, by 2026-03-14 09:00" in told
    assert "contradiction: released" in told
    assert "14         anchor.test: The state released 14 prisoners on Monday after talks." in told
    assert "Who has it from whom:" in told


def test_a_story_is_told_to_machines(data: Path, capfdbinary: Any) -> None:
    told = json.loads(printed(capfdbinary, "story", "st_freed", "--json"))
    assert (told["id"], told["independent"], told["controlled"]) == ("st_freed", 2, 1)
    assert [(each["subject"], each["verdict"]) for each in told["numbers"]] == [("released", "contradiction")]
    assert [(each["source"], each["way"], each["from_source"]) for each in told["edges"]] == [
        ("paper.test", "copy", "belta.by")
    ]


def test_a_story_that_never_was_is_not_found(data: Path, capfdbinary: Any) -> None:
    with pytest.raises(NotFound, match="st_none"):
        printed(capfdbinary, "story", "st_none")
