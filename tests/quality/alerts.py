"""How many alerts does a happening raise? Labelled files in; alerts by topic, and how right stories are, out as JSON.

    python -m tests.quality.alerts FILE... [--part dev|test] [--topics TOPICS] [--sources SOURCES] [--no-embeddings]

The articles pass the real stages, by the real runner over an embedded broker and a SQLite store, hour by hour of
their own time. Beside the fields of `tests.quality.labelled`, a line may have `part`, `copy_of` (the id of the
article that it copies) and `revision_of`. TOPICS is a JSON list of topics with `name`, `query` and the
`happenings` they should be told of; SOURCES is a table as in docs/sources.md. Both lie beside the first file if
they are not given.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog

from consumers.enrich import open_enrich
from consumers.pipeline import stages
from consumers.runner import Runner, Stage
from service.broker.embedded import EmbeddedBroker
from service.egress import Egress
from service.model import Topic
from service.settings import EnrichSettings, RecheckSettings, Settings, WorkSettings
from service.sources import load
from service.store import Store, Transaction
from service.streams import RAW, STREAMS
from service.urls import article_id
from tests.clock import SetClock
from tests.quality.happenings import Expected, Raised, Told, agreement, count, mixed, strands, together
from tests.quality.labelled import Labelled, lines, read

MOST_ALERTS = 10_000


@dataclass(frozen=True, slots=True)
class Given:
    """An article as labelled."""

    labelled: Labelled
    part: str = ""
    is_copy: bool = False

    @property
    def at(self) -> datetime:
        return self.labelled.raw.seen_at


@dataclass(frozen=True)
class Watched:
    """What was told, and how the stories stand at the end."""

    told: list[Told]
    raised: list[Raised]
    independent: dict[str, int]
    """Of each story, the sources that are independent of each other."""


def given(paths: Sequence[Path], part: str | None = None) -> list[Given]:
    """The articles of these files in the order of their times. Raises `ValueError`, naming the line."""
    found = []
    for path in paths:
        fields = [json.loads(line) for line in lines(path) if line.strip()]
        for labelled, each in zip(read(path), fields, strict=True):
            found.append(Given(labelled, str(each.get("part", "")), bool(each.get("copy_of"))))
    return sorted((each for each in found if part in (None, each.part)), key=lambda each: each.at)


def topics(path: Path) -> list[Expected]:
    return [
        Expected(each["name"], each["query"], tuple(each["happenings"])) for each in json.loads(path.read_text("utf-8"))
    ]


def plain(embeddings: bool = True) -> Settings:
    """As the service works, but that nothing is fetched and nobody waits."""
    return Settings(
        enrich=EnrichSettings(fetch_pages=False, processes=0, embeddings=embeddings),
        recheck=RecheckSettings(enabled=False),
        work=WorkSettings(idle_seconds=0.05),
    )


async def watch(
    articles: Sequence[Given], expected: Sequence[Expected], sources: Path | None, settings: Settings
) -> Watched:
    """Let the service hear the articles as if it were then."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}", known=load(sources))
        try:
            store.create()
            clock = SetClock(articles[0].at)
            await store.write(_save, expected, clock())
            async with _working(store, Path(folder), settings, clock) as (broker, working):
                for hour in _hours(articles):
                    clock.now = hour[-1].at
                    await broker.append(RAW.name, [RAW.encode(each.labelled.raw) for each in hour])
                    await _done(broker, working)
            return await store.read(_watched, articles)
        finally:
            store.close()


def _save(tx: Transaction, expected: Sequence[Expected], at: datetime) -> None:
    for each in expected:
        tx.topics.add(Topic(each.name, each.name, each.query, created_at=at))


@asynccontextmanager
async def _working(
    store: Store, folder: Path, settings: Settings, clock: SetClock
) -> AsyncIterator[tuple[EmbeddedBroker, list[Stage[Any, Any]]]]:
    until = asyncio.Event()
    async with (
        EmbeddedBroker.open(folder / "log.db") as broker,
        Egress.open(settings.egress) as egress,
        open_enrich(store, egress, settings.enrich) as enrich,
    ):
        await broker.prepare(STREAMS)
        working = stages(store, enrich, settings, clock)
        async with asyncio.TaskGroup() as group:
            for stage in working:
                group.create_task(Runner(stage, broker, store, settings.work, until, clock).run())
            try:
                yield broker, working
            finally:
                until.set()


def _hours(articles: Sequence[Given]) -> Iterator[list[Given]]:
    for _, some in groupby(articles, lambda each: each.at.replace(minute=0, second=0)):
        yield list(some)


async def _done(broker: EmbeddedBroker, working: Sequence[Stage[Any, Any]]) -> None:
    """Wait until every stage has dealt with all that the one before it passed on."""
    for stage in working:
        while (await broker.lag(stage.reads.name, stage.name)).records:
            await asyncio.sleep(0.005)


def _watched(tx: Transaction, articles: Sequence[Given]) -> Watched:
    own = [article_id(each.labelled.raw.url) for each in articles]
    behind = tx.identities.behind(own)
    ids = [behind.get(each, each) for each in own]
    filed = tx.articles.enriched_of(ids)
    strands = {id: strand_id for id, (strand_id, _) in tx.articles.current(ids).items()}
    stories = tx.stories.story_of(ids)
    told = [
        Told(
            name=each.labelled.raw.external_id,
            article_id=id,
            happening=each.labelled.label,
            language=each.labelled.raw.language,
            is_copy=each.is_copy,
            strand_id=strands[id],
            story_id=stories[id],
            original_id=filed[id].article.original_id,
        )
        for id, each in zip(ids, articles, strict=True)
    ]
    raised = [
        Raised(each.topic_id, tx.stories.get(each.story_id).id, each.article_id)
        for each in tx.alerts.list_alerts(None, most=MOST_ALERTS)
    ]
    return Watched(told, raised, {id: tx.stories.get(id).independent for id in set(stories.values())})


def report(expected: Sequence[Expected], watched: Watched) -> dict[str, Any]:
    counts = {each.name: count(each, watched.told, watched.raised) for each in expected}
    told = watched.told
    return {
        "articles": len(told),
        "happenings": len({each.happening for each in told}),
        "stories": len({each.story_id for each in told}),
        "told": together(counts.values()),
        "topics": {name: each.shown() for name, each in counts.items()},
        "mixed": mixed(told),
        "agreement": agreement(told),
        "agreement_of_strands": strands(told),
        "copies": {
            "labelled": sum(each.is_copy for each in told),
            "found": sum(each.is_copy and bool(each.original_id) for each in told),
            "wrongly": sum(not each.is_copy and bool(each.original_id) for each in told),
        },
        "independent": independent(watched),
    }


def independent(watched: Watched) -> dict[str, list[int]]:
    """Of each happening with copies, the numbers of independent sources of its stories."""
    copied = {each.happening for each in watched.told if each.is_copy}
    held = sorted({(each.happening, each.story_id) for each in watched.told if each.happening in copied})
    return {
        happening: [watched.independent[story_id] for other, story_id in held if other == happening]
        for happening in sorted(copied)
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.quality.alerts", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--part", choices=("dev", "test"), help="only the articles of this part")
    parser.add_argument("--topics", type=Path, help="the topics, and what they should be told of")
    parser.add_argument("--sources", type=Path, help="who publishes")
    parser.add_argument("--no-embeddings", action="store_true")
    asked = parser.parse_args(arguments)
    beside = asked.files[0].parent
    try:
        articles = given(asked.files, asked.part)
        expected = topics(asked.topics or beside / "topics.json")
    except (OSError, ValueError, KeyError) as error:
        print(f"cannot read the articles or the topics: {error}", file=sys.stderr)
        return 2
    watched = asyncio.run(
        watch(articles, expected, asked.sources or beside / "sources.tsv", plain(not asked.no_embeddings))
    )
    print(json.dumps(report(expected, watched), indent=2, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(40))
    sys.exit(main(sys.argv[1:]))
