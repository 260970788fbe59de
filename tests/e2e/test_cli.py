"""The command line as its users meet it: what it prints, and what it says of input that cannot be used."""

import gzip
import json
from pathlib import Path

import pytest

from tests.e2e.installation import Installation

pytestmark = pytest.mark.slow

ARTICLES = [
    {"id": "1", "title": "Talks in Minsk", "text": "Belarus and Lithuania agreed on a prisoner release.", "lang": "en"},
    {"id": "2", "title": "Перамовы", "text": "Беларусь і Літва дамовіліся пра вызваленне зняволеных.", "lang": "be"},
    {"id": "3", "title": "Ferries", "text": "Ferries sail again after the storm.", "lang": "en"},
]
FEED = (
    '<?xml version="1.0"?><rss version="2.0"><channel><title>Anchor</title><item><title>Ferries sail</title>'
    "<link>https://anchor.test/1</link><guid>1</guid><pubDate>Sat, 14 Mar 2026 09:00:00 GMT</pubDate></item>"
    "</channel></rss>"
)


@pytest.fixture
def installation(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def failing(installation: Installation, *command: str, **environment: str) -> str:
    """What a command says that cannot be carried out."""
    done = installation.attempt(*command, **environment)
    assert done.returncode == 2, done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def test_try_says_what_matched_and_where(installation: Installation, tmp_path: Path) -> None:
    file = tmp_path / "articles.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(map(json.dumps, ARTICLES)).encode()))
    found = installation.run("try", '"prisoner release" OR country:BY', "--articles", str(file))
    assert [each["id"] for each in found] == ["1", "2"]
    (phrase,) = [each for each in found[0]["matched"] if each["field"] == "body"]
    assert ARTICLES[0]["text"][phrase["start"] : phrase["end"]] == phrase["text"] == "prisoner release"


def test_feeds_are_shown_and_listed_by_how_they_do(installation: Installation) -> None:
    installation.run_plainly("migrate")
    (added,) = installation.run("feeds", "add", "https://harbour-gazette.com/feed.xml", "--title", "Harbour Gazette")
    (listed,) = installation.run("feeds", "list", "--health", "healthy")
    assert (listed["id"], listed["health"], listed["status"]) == (added["id"], "healthy", "waiting")
    assert installation.run("feeds", "list", "--health", "failing") == []
    (shown,) = installation.run("feeds", "show", added["id"])
    assert (shown["title"], shown["overlap"], shown["polls"]) == ("Harbour Gazette", None, [])
    assert "poorly is none of healthy, failing" in failing(installation, "feeds", "list", "--health", "poorly")
    assert "there is no feed nowhere" in failing(installation, "feeds", "show", "nowhere")


def test_check_prints_a_line_for_each_feed_good_or_not(installation: Installation, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(FEED)
    bad.write_text("<html>no feed</html>")
    done = installation.attempt("feeds", "check", str(good), str(bad), "--json")
    assert done.returncode == 1
    first, second = map(json.loads, done.stdout.splitlines())
    assert (first["title"], first["entries"][0]["link"]) == ("Anchor", "https://anchor.test/1")
    assert first["entries"][0]["published"] == "2026-03-14T09:00:00+00:00"
    assert "error" in second


def test_what_cannot_be_used_is_refused_with_which_and_why(installation: Installation) -> None:
    assert "column 13" in failing(installation, "topics", "add", "x", "Belarus AND (")
    assert "only http and https" in failing(installation, "feeds", "add", "ftp://anchor.test/feed")
    assert "no such stage: knit" in failing(installation, "work", "knit")
    assert "never seen" in failing(installation, "article", "https://anchor.test/unknown")
    assert "COURANT_POLLL" in failing(installation, "status", COURANT_POLLL="1")
    assert "dedupe.similarty" in failing(installation, "status", COURANT_DEDUPE__SIMILARTY="1")
    assert "not kafka://" in failing(installation, "status", COURANT_BROKER="amqp://here")


def test_a_query_is_explained(installation: Installation) -> None:
    (told,) = installation.run("topics", "explain", 'Belarus ="Minsk"')
    assert (told["query"], told["cost"]) == ("(belarus OR country:BY) =Minsk", "low")
    assert [each["clause"] for each in told["clauses"]] == ["belarus", "=Minsk"]
    assert "column 7: NEAR/99" in failing(installation, "topics", "explain", "minsk NEAR/99 riga")


def test_topics_and_subscriptions_are_kept(installation: Installation) -> None:
    (topic,) = installation.run("topics", "add", "Belarus", "Belarus OR country:BY")
    (made,) = installation.run("subscribe", "Belarus", "http://127.0.0.1:9/hook")
    assert made["secret"].startswith("whsec_")
    assert [each["id"] for each in installation.run("topics", "list")] == [topic["id"]]
    assert installation.rows("select topic_id, endpoint_id from subscriptions") == [(topic["id"], made["endpoint_id"])]
    installation.stop()
