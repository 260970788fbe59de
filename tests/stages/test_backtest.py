"""A backtest finds what live matching found: both are run on the same articles, and their alerts compared."""

import random
from datetime import timedelta

import pytest

from consumers.match import Match
from consumers.runner import Received
from service.messages import StoryChanged
from service.query import Reading
from service.store import Store, Transaction
from service.topics import Workbench
from service.topics.backtest import Asked, Report, backtest
from tests.builders import NOW, a_topic
from tests.newsroom import Newsroom
from tests.stages.linkdesk import Desk

SPAN = timedelta(days=2)
PLAIN = ("country:BY", "lang:de OR lang:ru", "country:BY NOT lang:en")
CONDITIONS = ("articles>=3 country:BY", "languages>=2 lang:en", "(country:BY OR country:PL) sources>=2")


class Newsday:
    """Link and match at work, and every alert that they raised."""

    def __init__(self, store: Store, queries: tuple[str, ...]) -> None:
        self.store, self.queries = store, queries
        self.desk = Desk(store)
        self.match = Match(store, self.desk.clock)
        self.place = 0

    async def begin(self) -> None:
        def add(tx: Transaction) -> None:
            for query in self.queries:
                tx.topics.add(a_topic(id=query, name=query, query=query))

        await self.store.write(add)

    async def hear(self, *said: StoryChanged) -> None:
        for each in said:
            self.place += 1
            await self.match([Received(each, f"stories.changed/0/{self.place}")])

    async def alerted(self, query: str) -> set[tuple[str, str]]:
        alerts = await self.store.read(lambda tx: tx.alerts.list_alerts(None, topic_id=query, most=1000))
        return {(each.story_id, each.article_id) for each in alerts}

    async def backtest(self, query: str, live: str | None = None) -> Report:
        asked = Asked(Reading().read(query).query, NOW - SPAN, NOW + SPAN, Reading().read(live).query if live else None)
        return await backtest(Workbench(self.store, clock=self.desk.clock), asked)


async def a_day(day: Newsday, seed: int, articles: int = 36, happenings: int = 6) -> None:
    """Articles in three languages, some of which settling moves afterwards."""
    newsroom, chance = Newsroom(seed=3), random.Random(seed)
    filed: list[tuple[str, str]] = []
    for number in range(articles):
        happening, language = chance.randrange(happenings), chance.choice(("en", "de", "ru"))
        report = newsroom.report(happening, language, NOW + timedelta(minutes=number))
        strand = f"sd_{happening}_{language}" if chance.random() < 0.8 else f"sd_{happening}_{language}_apart"
        await day.hear(*await day.desk.tell(strand, report))
        filed.append((report.article.article_id, strand))
        if chance.random() < 0.15:
            article_id, here = chance.choice(filed)
            others = [each for _, each in filed if each != here and each.split("_")[2] == here.split("_")[2]]
            if others:
                there = chance.choice(others)
                await day.hear(*await day.desk.hear(await day.desk.move(article_id, there)))
                filed[filed.index((article_id, here))] = (article_id, there)


@pytest.mark.parametrize("seed", [1, 2])
async def test_a_backtest_alerts_on_what_match_alerted_on(store: Store, seed: int) -> None:
    day = Newsday(store, (*PLAIN, *CONDITIONS))
    await day.begin()
    await a_day(day, seed)
    found = set()
    for query in day.queries:
        report = await day.backtest(query)
        live = await day.alerted(query)
        assert {(each.story_id, each.article_id) for each in report.samples} == live, query
        assert report.alerts == len(live)
        assert report.complete
        assert report.articles == 36
        found |= live
    assert len(found) > 5
