"""The commands for discovery, lists and backfills, called in this process: what they print, and what they refuse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumers.cli.commands import assemble
from service.errors import Refused
from tests.e2e.site import entry, rss, site

Command = Callable[..., list[Any]]


@pytest.fixture
def courant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Command:
    """Runs a command with `--json`; gives the lines it printed."""
    monkeypatch.setenv("COURANT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COURANT_EGRESS__ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("COURANT_POLL__HOST_GAP_SECONDS", "0")
    monkeypatch.chdir(tmp_path)

    def run(*command: str) -> list[Any]:
        capfdbinary.readouterr()
        assemble(command)(command, standalone_mode=False)
        printed = capfdbinary.readouterr().out.decode()
        return [json.loads(line) for line in printed.splitlines()] if "--json" in command else [printed]

    return lambda *command, plain=False: run(*command, *([] if plain else ["--json"]))


def test_feeds_are_discovered_checked_by_rules_exported_and_imported(courant: Command, tmp_path: Path) -> None:
    with site() as (root, documents):
        documents["/"] = '<html><link rel="alternate" type="application/rss+xml" href="/feed.xml"></html>'
        documents["/feed.xml"] = rss(entry(root, "a", 1, "Text."))
        documents["/news"] = f'<html><ul><li class="t"><a href="{root}/1">One</a></li></ul></html>'
        (found,) = courant("feeds", "discover", f"{root}/")
        assert (found["url"], found["title"], found["entries"]) == (f"{root}/feed.xml", "Gazette", 1)
        courant("feeds", "add", found["url"], "--title", "Gazette")
        rules = ("--rule", "entry=li.t", "--rule", "link=a")
        (checked,) = courant("feeds", "check", f"{root}/news", *rules)
        assert [(each["link"], each["title"]) for each in checked["entries"]] == [(f"{root}/1", "One")]
        (page,) = courant("feeds", "add", f"{root}/news", *rules)
        file = tmp_path / "out.opml"
        assert courant("feeds", "export", str(file)) == [{"file": str(file), "feeds": 2}]
        assert courant("feeds", "export", plain=True) == [file.read_text()]
        courant("feeds", "remove", page["id"], plain=True)
        assert courant("feeds", "import", str(file)) == [{"found": 2, "added": 1}]


def test_a_backfill_is_asked_for_looked_at_stopped_and_resumed(courant: Command) -> None:
    (made,) = courant("backfill", "https://gazette.test/feed?page={n}", "--since", "2026-01-01")
    assert (made["state"], made["since"]) == ("waiting", "2026-01-01T00:00:00Z")
    courant("backfills", "stop", made["id"], plain=True)
    (shown,) = courant("backfills", "show", made["id"])
    assert (shown["state"], shown["by_state"]) == ("stopped", {"waiting": 1})
    assert made["id"] in courant("backfills", "show", made["id"], plain=True)[0]
    courant("backfills", "resume", made["id"], plain=True)
    assert [each["state"] for each in courant("backfills", "list")] == ["waiting"]


def test_a_list_is_added_and_removed(courant: Command) -> None:
    (made,) = courant("lists", "add", "https://gazette.test/feeds.opml", "--title", "Mine")
    courant("lists", "sync", made["id"], plain=True)
    (shown,) = courant("lists", "list")
    assert (shown["title"], shown["interval"], shown["enabled"]) == ("Mine", 3600, True)
    courant("lists", "remove", made["id"], plain=True)
    assert courant("lists", "list") == []


def test_a_file_of_articles_is_read_in_once(courant: Command, tmp_path: Path, capfdbinary: Any) -> None:
    file = tmp_path / "articles.jsonl"
    lines = [
        json.dumps({"url": f"https://gazette.test/{n}", "title": f"No {n}", "date": "2026-02-01"}) for n in range(30)
    ]
    lines[3:3] = ["no json", '{"url": "ftp://x", "title": "x"}', '{"url": "https://gazette.test/nothing"}']
    file.write_text("\n".join(lines))
    (done,) = courant("backfill", str(file), "--at-once")
    assert (done["state"], done["entries"], done["appended"], done["kind"]) == ("done", 33, 30, "file")
    with pytest.raises(Refused, match="read in already"):
        courant("backfill", str(file))


@pytest.mark.parametrize(
    ("command", "why"),
    [
        (("backfill", "http://10.0.0.1/sitemap.xml"), "10.0.0.1"),
        (("backfill", "no-such-file.jsonl"), "cannot be read"),
        (("backfill", "https://gazette.test/s.xml", "--since", "soon"), "not a time"),
        (("backfill", "https://gazette.test/s.xml", "--feed", "none"), "no feed none"),
        (("backfills", "stop", "none"), "no backfill none"),
        (("lists", "add", "https://gazette.test/f.opml", "--interval", "5"), "300 seconds"),
        (("lists", "remove", "none"), "no list none"),
        (("feeds", "add", "https://gazette.test/", "--rule", "entri=li"), "no such rule: entri"),
        (("feeds", "add", "https://gazette.test/", "--rule", "entry=li["), "CSS selector"),
        (("feeds", "add", "https://gazette.test/", "--rule", "link=a"), "without entry"),
        (("feeds", "discover", "http://192.168.0.1/"), "192.168.0.1"),
    ],
)
def test_what_cannot_be_used_is_refused_with_why(courant: Command, command: tuple[str, ...], why: str) -> None:
    with pytest.raises(Refused, match=why.replace(".", r"\.")):
        courant(*command, plain=True)
