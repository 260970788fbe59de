"""A page is edited, taken down and put back while `courant up` is killed with -9 again and again: every change is
told, each once, and nobody is alerted twice."""

import asyncio
import json
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from consumers.resources import open_broker
from service.clock import now
from service.messages import Hop
from service.model import Endpoint, Subscription, Topic
from service.store import Transaction
from service.streams import RAW
from service.urls import canonical
from tests.builders import a_raw_article
from tests.e2e.installation import Installation, wait_until
from tests.stages.newsdesk import a_page

TITLE = "Prisoners released in Minsk"
FIRST = a_page(TITLE, "In Minsk, 52 prisoners were released on Saturday, their families said to the reporters.")
SECOND = FIRST.replace("52", "14")
TOLD = ["article.retracted", "story.alerted", "story.revised", "story.revised"]
"""One alert, and once what follows each change that matters."""
SECRET = "whsec_" + "QSBzZWNyZXQgZm9yIHRlc3RzLCAzMiBieXRlcyBsb25nLi4="
OFTEN = [round(0.0008 * n, 4) for n in range(1, 400)]
"""Hours: a look every three seconds."""
ENVIRONMENT = {
    "COURANT_ENRICH__FETCH_PAGES": "true",
    "COURANT_ENRICH__PAGE_GAP_SECONDS": "0",
    "COURANT_ENRICH__PROCESSES": "0",
    "COURANT_RECHECK__AFTER_HOURS": json.dumps(OFTEN),
    "COURANT_RECHECK__CONFIRM_MINUTES": "0.02",
    "COURANT_RECHECK__IDLE_SECONDS": "0.1",
    "COURANT_RECHECK__LEASE_SECONDS": "3",
    "COURANT_RECHECK__SECONDS": "2",
}


@dataclass
class Site:
    """One page, and an inbox."""

    page: str = FIRST
    """"" for none."""
    letters: list[tuple[str, str]] = field(default_factory=list)
    looks: int = 0
    address: str = ""


@contextmanager
def open_site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/news/minsk" and bool(site.page)
            site.looks += self.path == "/news/minsk"
            body = (site.page if found else "nothing").encode()
            self.send_response(200 if found else 404)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["content-length"])))
            site.letters.append((self.headers["webhook-id"], told["type"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    site.address = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()


def furnish(tx: Transaction, inbox: str) -> None:
    tx.endpoints.add(Endpoint("ep", inbox, SECRET, created_at=now()))
    tx.topics.add(Topic("tp", "Prisoners", "prisoners", created_at=now()))
    tx.subscriptions.add(Subscription("sb", "tp", "ep", now()))


async def bring(installation: Installation, url: str) -> None:
    hops = (Hop(stage="poll", at=now(), outcome="fetched"),)
    told = {"summary": "Prisoners again.", "content": "", "link": url, "published_at": now(), "seen_at": now()}
    raw = a_raw_article(url=canonical(url), title=TITLE, hops=hops, **told)
    async with open_broker(installation.settings) as broker:
        await broker.append(RAW.name, [RAW.encode(raw)])


def types(installation: Installation) -> list[str]:
    return [kind for (kind,) in installation.rows("select type from revisions order by revision")]


@pytest.mark.slow
def test_every_change_of_a_page_is_told_once_whatever_dies(tmp_path: Path) -> None:
    rng, expected = random.Random(20260314), [""]
    installation = Installation(tmp_path, ENVIRONMENT)
    installation.run_plainly("migrate")
    with open_site() as site:
        try:
            with installation.store.engine.begin() as connection:
                furnish(Transaction(connection), f"{site.address}/inbox")
            asyncio.run(bring(installation, f"{site.address}/news/minsk"))
            installation.start("up", "up", "--port", "0")
            wait_until(lambda: types(installation) == expected, 90, lambda: installation.log("up")[-3000:])
            for page, becomes in ((SECOND, "edited"), ("", "deleted"), (SECOND, "restored"), (FIRST, "edited")):
                site.page = page
                expected.append(becomes)
                looks = site.looks
                wait_until(lambda: site.looks > looks, 60, lambda: installation.log("up")[-3000:])  # noqa: B023
                time.sleep(rng.random() * 0.15)  # anywhere in what follows
                installation.kill("up")
                installation.start("up", "up", "--port", "0")
                wait_until(lambda: types(installation) == expected, 90, lambda: str(types(installation)))
            wait_until(lambda: len(set(site.letters)) >= len(TOLD), 30, lambda: f"only {site.letters} were told")
            looks = site.looks
            wait_until(lambda: site.looks > looks + 1, 60, "no more looks")
            wait_until(lambda: installation.lag() == 0, 30, "something is left")
            assert installation.terminate("up") == 0
            assert types(installation) == expected
            assert sorted(kind for _, kind in set(site.letters)) == TOLD
            assert installation.count("select count(*) from alerts") == 1
            assert installation.count("select count(*) from dead_letters") == 0
            shown = installation.run_plainly("changes", f"{site.address}/news/minsk")
            assert "number: 52 → 14" in shown
            assert "retraction: published → deleted" in shown
            assert "[-52-] {+14+}" in shown
        finally:
            installation.stop()
