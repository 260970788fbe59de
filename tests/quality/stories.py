"""How well are stories put together? A labelled file in; agreement with its labels out, as JSON.

    python -m tests.quality.stories FILE [--label story] [--batch N] [--shuffle SEED] [--no-time] [--at-once] [--apart]

The documents pass the real dedupe, enrich (without fetching pages), cluster and link, in the order of their times,
on a SQLite store of their own. A document's group is the story of its article; a repeat's, that of the article
it repeats. `strands` says the same of the groups within a language. Strands are settled as they are in the service,
and once more at the end; with `--at-once`, each document stays where it was first put.
"""

import argparse
import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from consumers.cluster import Cluster
from consumers.dedupe import Dedupe
from consumers.enrich import open_enrich
from consumers.link import Link
from consumers.runner import Outcome, Received
from service.egress import Egress
from service.settings import ClusterSettings, EnrichSettings, Settings
from service.store import Store
from service.urls import article_id
from tests.quality.agreement import Agreement, bcubed, pairwise
from tests.quality.labelled import SOME_TIME, Labelled, read

APART = ClusterSettings(threshold=1000)
SETTINGS = Settings(enrich=EnrichSettings(fetch_pages=False, processes=0))


@dataclass(frozen=True)
class Groups:
    """Of each document, where it went."""

    stories: list[str]
    strands: list[str]
    outcomes: dict[str, dict[str, int]]
    seconds: dict[str, float]


@dataclass
class Passage:
    """The stages in their order; what each said, and how long it took."""

    handlers: dict[str, Callable[[Sequence[Received[Any]]], Any]]
    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    async def take(self, messages: Sequence[Any], first: int) -> None:
        """One batch through all stages; `first` is the place of its first document."""
        for name, handle in self.handlers.items():
            batch = [Received(each, f"{name}/{first}/{place}") for place, each in enumerate(messages)]
            began = time.perf_counter()
            outcomes: list[Outcome[Any]] = await handle(batch) if batch else []
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - began
            self.outcomes.setdefault(name, Counter()).update(each.label for each in outcomes)
            messages = [message for each in outcomes for message in each.messages]

    async def settle(self, cluster: Cluster) -> None:
        """What is left is settled, and link told of it."""
        began = time.perf_counter()
        moved = await cluster.settle()
        self.seconds["cluster"] = self.seconds.get("cluster", 0.0) + time.perf_counter() - began
        if moved:
            await self.handlers["link"]([Received(each, f"link/settled/{n}") for n, each in enumerate(moved)])


async def group(
    documents: Sequence[Labelled], batch: int, settings: Settings = SETTINGS, at_once: bool = False
) -> Groups:
    """Let the stages put the documents together."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.create()
        try:
            async with (
                Egress.open(settings.egress) as egress,
                open_enrich(store, egress, settings.enrich) as enrich,
            ):
                never = settings.cluster.model_copy(update={"settle_minutes": 0})
                cluster = Cluster(store, never if at_once else settings.cluster)
                passage = Passage(
                    {
                        "dedupe": Dedupe(store, settings.dedupe),
                        "enrich": enrich,
                        "cluster": cluster,
                        "link": Link(store, settings.link),
                    }
                )
                for first in range(0, len(documents), batch):
                    await passage.take([each.raw for each in documents[first : first + batch]], first)
                await passage.settle(cluster)
            return await _groups(store, documents, passage)
        finally:
            store.close()


async def _groups(store: Store, documents: Sequence[Labelled], passage: Passage) -> Groups:
    own = [article_id(each.raw.url) for each in documents]
    behind = await store.read(lambda tx: tx.identities.behind(own))
    ids = [behind.get(each, each) for each in own]
    put = await store.read(lambda tx: tx.articles.current(ids))
    strands = [put[each][0] for each in ids]
    known = await store.read(lambda tx: tx.stories.strands(strands))
    return Groups(
        [known[each].story_id if each in known else each for each in strands],
        strands,
        {name: dict(counts) for name, counts in passage.outcomes.items()},
        {name: round(seconds, 2) for name, seconds in passage.seconds.items()},
    )


def report(documents: Sequence[Labelled], groups: Groups) -> dict[str, Any]:
    labels = [each.label for each in documents]
    seconds = sum(groups.seconds.values())
    return {
        "documents": len(documents),
        "labels": len(set(labels)),
        "stories": len(set(groups.stories)),
        **_scores(labels, groups.stories),
        "strands": {"count": len(set(groups.strands)), **_scores(labels, groups.strands)},
        "outcomes": groups.outcomes,
        "seconds": groups.seconds,
        "documents_per_second": round(len(documents) / seconds, 1) if seconds else None,
    }


def _scores(labels: Sequence[str], found: Sequence[str]) -> dict[str, Any]:
    return {
        "bcubed": _shown(bcubed(labels, found)),
        "pairwise": _shown(pairwise(labels, found)),
    }


def _shown(agreement: Agreement) -> dict[str, float]:
    return {
        "precision": round(agreement.precision, 4),
        "recall": round(agreement.recall, 4),
        "f1": round(agreement.f1, 4),
    }


def ordered(documents: Sequence[Labelled], shuffle: int | None, no_time: bool) -> list[Labelled]:
    """By time; or shuffled, which only says something where times are left out too."""
    in_time = sorted(documents, key=lambda each: each.raw.seen_at)
    if no_time:
        in_time = [replace(each, raw=_timeless(each)) for each in in_time]
    if shuffle is not None:
        random.Random(shuffle).shuffle(in_time)
    return in_time


def _timeless(document: Labelled) -> Any:
    return msgspec.structs.replace(document.raw, seen_at=SOME_TIME, published_at=None)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.stories", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("file", type=Path)
    parser.add_argument("--label", default="story", help="the field with the group a document belongs to")
    parser.add_argument("--batch", type=int, default=200, help="documents a stage takes at a time")
    parser.add_argument("--shuffle", type=int, metavar="SEED", help="give up the order of times")
    parser.add_argument("--no-time", action="store_true", help="let every document have one time")
    parser.add_argument("--at-once", action="store_true", help="leave each document where it was first put")
    parser.add_argument("--apart", action="store_true", help="every document a strand: measure linking alone")
    given = parser.parse_args(arguments)
    settings = SETTINGS.model_copy(update={"cluster": APART}) if given.apart else SETTINGS
    try:
        documents = ordered(read(given.file, given.label), given.shuffle, given.no_time)
    except (OSError, ValueError) as error:
        print(f"cannot read the documents: {error}", file=sys.stderr)
        return 2
    groups = asyncio.run(group(documents, given.batch, settings, given.at_once or given.apart))
    print(json.dumps(report(documents, groups), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
