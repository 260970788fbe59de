"""An installation with all around it: a newsstand to poll and an inbox to hear, each a process of its own."""

import json
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from consumers.poll.adding import new_feed
from service.clock import now
from service.model import Endpoint, Subscription, Topic
from service.store import Transaction
from tests.e2e.installation import Installation, answers, wait_until
from tests.services import free_port

SECRET = "whsec_" + "QSBzZWNyZXQgZm9yIHRlc3RzLCAzMiBieXRlcyBsb25nLi4="
ROOT = Path(__file__).parents[2]


@dataclass
class House:
    """`articles` are served at `stand`; what is delivered lands in `letters`."""

    installation: Installation
    articles: int
    stand: str
    inbox: str
    letters: Path

    def furnish(self, topics: dict[str, str]) -> None:
        """Feeds for every outlet, and topics whose alerts go to the inbox."""
        with urllib.request.urlopen(f"{self.stand}/outlets") as answer:
            outlets = answer.read().decode().split()
        with self.installation.store.engine.begin() as connection:
            _furnish(Transaction(connection), [(f"{self.stand}/{each}", each) for each in outlets], topics, self.inbox)

    def received(self) -> list[dict[str, Any]]:
        if not self.letters.exists():
            return []
        return [json.loads(line) for line in self.letters.read_text().splitlines() if line.endswith("}")]

    def done(self) -> bool:
        """Whether every article went its whole way, and nothing is owed any more."""
        return self.linked() >= self.articles and self.installation.lag() == 0 and self.owed() == 0

    def linked(self) -> int:
        return self.installation.count("select count(distinct article_id) from linkings")

    def owed(self) -> int:
        return self.installation.count("select count(*) from deliveries where state = 'waiting'")


def _furnish(tx: Transaction, feeds: list[tuple[str, str]], topics: dict[str, str], inbox: str) -> None:
    at = now()
    tx.feeds.add_missing([new_feed(url, at, title=name, source=f"{name}.example") for url, name in feeds])
    tx.endpoints.add(Endpoint("ep", inbox, SECRET, created_at=at))
    for name, query in topics.items():
        tx.topics.add(Topic(name, name, query, created_at=at))
        tx.subscriptions.add(Subscription(f"sb {name}", name, "ep", at))


@contextmanager
def open_house(
    folder: Path, articles: int, environment: dict[str, str] | None = None, rate: float = 0
) -> Iterator[House]:
    """Everything but Courant itself is running; the schema is there."""
    installation = Installation(folder, environment or {})
    installation.run_plainly("migrate")
    ports = {"stand": free_port(), "inbox": free_port()}
    letters = folder / "letters.jsonl"
    stand = [f"--port={ports['stand']}", f"--articles={articles}", f"--rate={rate}"]
    inbox = [f"--port={ports['inbox']}", f"--secret={SECRET}", f"--out={letters}"]
    around = [_process("tests.e2e.newsstand", stand), _process("consumers.demo.inbox", inbox)]
    house = House(
        installation, articles, f"http://127.0.0.1:{ports['stand']}", f"http://127.0.0.1:{ports['inbox']}/", letters
    )
    try:
        wait_until(lambda: answers(f"{house.stand}/outlets"), 60, "the newsstand did not open")
        yield house
    finally:
        installation.stop()
        for each in around:
            each.kill()
            each.wait()


def _process(module: str, arguments: list[str]) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", module, *arguments], cwd=ROOT, stderr=subprocess.DEVNULL)
