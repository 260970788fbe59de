"""The other ways in, as their users meet them: archives, files, lists, pages, discovery; by the real command."""

import json
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.installation import COURANT, Installation, wait_until
from tests.e2e.site import entry, rss, site

pytestmark = pytest.mark.slow

QUICK = {
    "COURANT_BACKFILL__PORTION": "5",
    "COURANT_BACKFILL__MOST_LAG": "5",
    "COURANT_BACKFILL__PAUSE_SECONDS": "0.05",
    "COURANT_BACKFILL__IDLE_SECONDS": "0.1",
    "COURANT_BACKFILL__LEASE_SECONDS": "3",
    "COURANT_POLL__LEAST_SECONDS": "1",
    "COURANT_POLL__FIRST_SECONDS": "1",
    "COURANT_POLL__MOST_SECONDS": "1",
}
WORDS = (
    "ferry",
    "tide",
    "pier",
    "storm",
    "crew",
    "council",
    "market",
    "bridge",
    "school",
    "harvest",
    "signal",
    "crane",
)
DOCUMENTS, EACH = 12, 10


def archive(root: str, documents: dict[str, str]) -> None:
    """Documents that link each other, the newest first."""
    rng = random.Random(7)
    for number in range(DOCUMENTS):
        entries = [
            entry(root, f"old-{number}-{each}", number + 1, " ".join(rng.choices(WORDS, k=40))) for each in range(EACH)
        ]
        before = f"{root}/archive/{number - 1}.xml" if number else ""
        documents[f"/archive/{number}.xml"] = rss(*entries, before=before)


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    made = Installation(tmp_path, dict(QUICK))
    yield made
    made.stop()


def test_an_archive_survives_kill_9_raises_no_alert_and_holds_up_no_news(installation: Installation) -> None:
    with site() as (root, documents):
        archive(root, documents)
        documents["/feed.xml"] = rss()
        installation.run("feeds", "add", f"{root}/feed.xml")
        installation.run("topics", "add", "Lighthouses", "lighthouse")
        (made,) = installation.run("backfill", f"{root}/archive/{DOCUMENTS - 1}.xml")
        installation.start("up", "up", "--port", "0")
        filed = "select count(*) from articles"
        wait_until(lambda: installation.count(filed) >= 30, 180, lambda: installation.log("up")[-3000:])
        installation.kill("up")
        documents["/feed.xml"] = rss(entry(root, "news", 20, "The lighthouse keeper retires today."))
        installation.start("up", "up", "--port", "0")
        told = "select count(*) from alerts"
        wait_until(lambda: installation.count(told) == 1, 120, lambda: installation.log("up")[-3000:])
        done = f"select count(*) from backfills where id = '{made['id']}' and state = 'done'"
        wait_until(
            lambda: installation.count(done) == 1, 180, lambda: str(installation.rows("select * from backfills"))
        )
        wait_until(lambda: installation.lag() == 0, 60, "the stages keep up")
        assert installation.count(filed) == DOCUMENTS * EACH + 1
        assert installation.count(told) == 1, "the archive is full of lighthouses, and raised no alert"
        assert installation.rows("select documents, entries from backfills") == [(DOCUMENTS, DOCUMENTS * EACH)]
        assert installation.terminate("up") == 0


def test_a_file_is_read_in_once_and_goes_on_where_it_was_stopped(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl"
    lines = [
        json.dumps({"url": f"https://gazette.test/{n}", "title": f"No {n}", "text": f"Text {n}.", "date": "2026-02-01"})
        for n in range(40)
    ]
    lines[3:3] = ["no json", '{"url": "ftp://x", "title": "x"}', '{"url": "https://gazette.test/nothing"}']
    file.write_text("\n".join(lines))
    waiting = subprocess.Popen([*COURANT, "backfill", str(file)], env=installation.environment, cwd=tmp_path)
    (tmp_path / "data").mkdir(exist_ok=True)

    def begun() -> bool:
        return (tmp_path / "data" / "store.db").exists() and installation.count(
            "select sum(done) from backfill_documents"
        ) > 0

    wait_until(begun, 180, "no portion was appended")
    waiting.kill()  # nothing reads the stream yet, so it waits for the stages
    waiting.wait()
    (done,) = installation.run("backfill", str(file), "--at-once")
    assert (done["state"], done["entries"], done["kind"]) == ("done", 43, "file")
    again = installation.attempt("backfill", str(file))
    assert (again.returncode, "read in already" in again.stderr) == (2, True)
    installation.start("up", "up", "--port", "0")
    wait_until(lambda: installation.count("select count(*) from articles") == 40, 180, lambda: installation.log("up"))


def test_lists_are_kept_in_sync_by_the_poller(installation: Installation) -> None:
    with site() as (root, documents):
        named = [f'<outline text="{name}" xmlUrl="{root}/{name}.xml"/>' for name in ("a", "b", "c")]
        documents["/feeds.opml"] = f"<opml><body><outline text='Coast'>{''.join(named[:2])}</outline></body></opml>"
        (made,) = installation.run("lists", "add", f"{root}/feeds.opml", "--title", "Mine")
        installation.start_ready("poll", "poll")
        on = "select count(*) from feeds where enabled"
        wait_until(lambda: installation.count(on) == 2, 120, lambda: installation.log("poll"))
        documents["/feeds.opml"] = f"<opml><body>{''.join(named[1:])}</body></opml>"
        installation.run_plainly("lists", "sync", made["id"])
        added = "select count(*) from feeds where url like '%/c.xml'"
        wait_until(lambda: installation.count(added) == 1, 120, lambda: installation.log("poll"))
        (shown,) = installation.run("lists", "list")
        assert (shown["named"], shown["added"], shown["switched_off"]) == (2, 3, 1)
        feeds = {feed["title"]: feed for feed in installation.run("feeds", "list")}
        assert not feeds["a"]["enabled"]
        assert "Mine names it no more" in feeds["a"]["error"]
        installation.run_plainly("lists", "remove", made["id"])
        assert installation.run("lists", "list") == []
