"""`courant sources` as its users meet it."""

from pathlib import Path

import pytest

from service.model.extraction import PageCounts
from service.store import Store, Transaction
from tests.builders import NOW
from tests.e2e.installation import Installation

pytestmark = pytest.mark.slow


def test_extraction_is_listed_by_source(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    assert installation.run("sources", "extraction") == []
    store = Store(f"sqlite:///{installation.environment['COURANT_DATA']}/store.db")
    counts = {"a.test": PageCounts({"read": 30}), "b.test": PageCounts({"read": 30, "empty": 30, "failed:late": 1})}
    with store.engine.execution_options(writes=True).begin() as connection:
        Transaction(connection).pages.count(counts, NOW)
    store.close()
    assert [each["source"] for each in installation.run("sources", "extraction")] == ["a.test", "b.test"]
    (found,) = installation.run("sources", "extraction", "--degraded")
    assert (found["source"], found["status"], found["texts"], found["failed"]) == ("b.test", "degraded", 0, "late 1")
    assert installation.run("sources", "extraction", "a.test")[0]["asked"] == 30


def test_sources_are_listed_and_shown(tmp_path: Path) -> None:
    table = tmp_path / "ours.tsv"
    table.write_text("127.0.0.1\tHarbour Gazette\tNO\ten\tQuay Press\tprivate\n")
    installation = Installation(tmp_path, {"COURANT_SOURCES__FILE": str(table)})
    assert installation.run("sources", "list") == []
    assert len(installation.run("sources", "list", "--all", "--country", "BY", "--control", "state")) > 3
    installation.run(
        "feeds", "add", "http://127.0.0.1:9/feed", "--route", "http://127.0.0.1:9/m", "--source", "tass.com"
    )
    (listed,) = installation.run("sources", "list", "--q", "tass")
    assert (listed["domain"], listed["feeds"], listed["week"]) == ("tass.ru", 1, 0)
    (shown,) = installation.run("sources", "show", "tass.com")
    assert (shown["name"], shown["polled"][0]["routes"]) == ("TASS", ["http://127.0.0.1:9/m"])
    (shown,) = installation.run("sources", "show", "127.0.0.1")
    assert shown["owner"] == "Quay Press"
