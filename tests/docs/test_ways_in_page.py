"""The commands and requests of the page on ways in do what it says: each is run, at a site on loopback."""

import json
import re
import shlex
from collections.abc import AsyncIterator, Iterator
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from consumers.cli.commands import assemble
from consumers.poll.discover import Discoverer
from consumers.poll.polite import Polite
from service.api import Context, create_app
from service.api_keys import new_key
from service.broker import Broker
from service.egress import Egress
from service.settings import EgressSettings, Settings
from service.store import Store
from tests.clock import SetClock
from tests.docs.test_docs import DOCS
from tests.e2e.site import entry, rss, site

PAGE = (DOCS / "ways-in.md").read_text()
SITE = "https://harbour-gazette.example"
OPML = '<opml><body><outline text="Tide" xmlUrl="https://tide.example/feed.xml"/></body></opml>'


def examples(program: str) -> list[list[str]]:
    """The words of every example line of this program; lines that end in a backslash go on."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    lines = (line for block in blocks for line in block.replace("\\\n", " ").splitlines())
    return [words[1:] for words in map(shlex.split, lines) if words[0] == program]


@pytest.fixture
def root() -> Iterator[str]:
    with site() as (root, documents):
        documents["/"] = '<html><link rel="alternate" type="application/rss+xml" href="/feed.xml"></html>'
        documents["/feed.xml"] = rss(entry(root, "a", 1, "Text."))
        documents["/news"] = f'<article class="teaser"><h2><a href="{root}/a">A</a></h2></article>'
        yield root


def test_there_are_examples() -> None:
    assert len(examples("courant")) >= 10
    assert len(examples("curl")) >= 8


@pytest.mark.slow
def test_every_command_of_the_page_runs(
    root: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURANT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("COURANT_EGRESS__ALLOW_LOOPBACK", "true")
    monkeypatch.setenv("COURANT_POLL__HOST_GAP_SECONDS", "0")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "subscriptions.opml").write_text(OPML)
    article = {"url": "https://tide.example/1", "title": "Tide", "text": "High.", "published": "2026-02-01"}
    (tmp_path / "articles.jsonl").write_text(json.dumps(article))
    for words in examples("courant"):
        assemble(words)([word.replace(SITE, root) for word in words], standalone_mode=False)
    assert "feeds written" in capfd.readouterr().out
    assert "tide.example" in (tmp_path / "mine.opml").read_text()


@pytest.fixture
async def client(sqlite_store: Store, embedded_broker: Broker, clock: SetClock) -> AsyncIterator[httpx.AsyncClient]:
    loopback = EgressSettings(allow_loopback=True)
    made, text = new_key("tests", clock())
    await sqlite_store.write(lambda tx: tx.keys.add(made, text))
    async with Egress.open(loopback) as egress:
        discoverer = Discoverer(sqlite_store, Polite(sqlite_store, egress, clock, 0), loopback)
        settings = Settings(egress=loopback)
        context = Context(settings, sqlite_store, embedded_broker, clock, discover=discoverer.discover)
        transport, headers = httpx.ASGITransport(create_app(context)), {"Authorization": f"Bearer {text}"}
        async with httpx.AsyncClient(transport=transport, headers=headers) as client:
            yield client


async def test_every_request_of_the_page_is_taken(client: httpx.AsyncClient, root: str) -> None:
    for words in examples("curl"):
        given = dict(pairwise(words))
        headers = dict(word.split(": ", 1) for word in words if ": " in word and not word.startswith(("{", "Auth")))
        body = OPML if "--data-binary" in given else given.get("-d", "").replace(SITE, root)
        response = await client.request(given.get("-X", "GET"), words[-1], content=body, headers=headers)
        assert response.status_code in (200, 201, 202), f"{words}: {response.text}"
