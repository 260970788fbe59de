"""Whatever sources change about their articles, and however often records come again: dedupe says the same."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from consumers.dedupe import Dedupe
from consumers.runner import Outcome, Received
from service.messages import Article, ArticleState, Hop, IdentityPolicy, RawArticle
from service.settings import DedupeSettings
from service.store import Store
from tests.builders import NOW, a_raw_article
from tests.properties.world import HAPPENINGS
from tests.thorough import times

TITLES = ("{}", "{}, officials say", "What we know of this: {}")
EDITS = ("", " More follows.", " This report was updated in the evening.")


@dataclass(frozen=True)
class Sent:
    """What a source sends of one happening: which slug, id, title and text it has this time."""

    outlet: str
    happening: int
    slug: int
    guid: int
    title: int
    edit: int
    minutes: int
    dated: bool
    recheck: bool
    state: ArticleState
    identity: IdentityPolicy

    def raw(self) -> RawArticle:
        title, text = HAPPENINGS[self.happening]["en"]
        at = NOW + timedelta(minutes=self.minutes)
        return a_raw_article(
            url=f"https://{self.outlet}.test/{'live' if self.slug == 3 else f'{self.happening}-{self.slug}'}",
            source=f"{self.outlet}.test",
            external_id=("", f"id-{self.happening}", f"{title} {self.title}", "latest-1")[self.guid],
            title=TITLES[self.title].format(title),
            content=text + EDITS[self.edit],
            published_at=NOW if self.dated else None,
            seen_at=at,
            state=self.state,
            moved_to=f"https://{self.outlet}.test/{self.happening}-moved" if self.state == "moved" else "",
            identity=self.identity,
            hops=(Hop(stage="recheck" if self.recheck else "poll", at=at, outcome="seen"),),
        )


def _sent() -> st.SearchStrategy[Sent]:
    return st.builds(
        Sent,
        st.sampled_from(["anchor", "beacon"]),
        st.integers(0, 2),
        st.integers(0, 3),
        st.integers(0, 3),
        st.integers(0, 2),
        st.integers(0, 2),
        st.integers(0, 3000),
        st.booleans(),
        st.booleans(),
        st.sampled_from(["published", "published", "published", "deleted", "moved"]),
        st.sampled_from(["auto", "auto", "auto", "link", "guid", "text"]),
    )


End = tuple[list[Any], ...]
Said = list[Outcome[Article]]


async def handle(raws: Sequence[RawArticle], rng: random.Random | None) -> tuple[Said, End]:
    """In batches of any size, some of which come again after they were handled, and again."""
    with TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}", threads=1)
        store.create()
        try:
            said = await _told(Dedupe(store, DedupeSettings()), raws, rng)
            return said, await store.read(_end)
        finally:
            store.close()


async def _told(dedupe: Dedupe, raws: Sequence[RawArticle], rng: random.Random | None) -> Said:
    records = [Received(raw, f"articles.raw/{raw.source}/{n}") for n, raw in enumerate(raws)]
    said: dict[int, Outcome[Article]] = {}
    done = 0
    while done < len(records):
        size = rng.randint(1, 6) if rng else 5
        outcomes = await dedupe(records[done : done + size])
        for place, outcome in enumerate(outcomes, done):
            assert said.setdefault(place, outcome) == outcome
        if not rng or rng.random() < 0.6:  # else it died before its place moved
            done += size
    return [said[n] for n in range(len(records))]


def _end(tx: Any) -> End:
    tables = ("sightings", "aliases", "identities", "fingerprints")
    rows = (tx.connection.exec_driver_sql(f"select * from {table} order by 1, 2").all() for table in tables)
    return tuple([tuple(row) for row in some] for some in rows)


@settings(max_examples=times(25, thorough=60), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_sent(), min_size=1, max_size=20), st.integers(0, 2**32))
@pytest.mark.slow
def test_records_that_come_again_change_nothing(sent: list[Sent], seed: int) -> None:
    raws = [each.raw() for each in sent]
    quiet = asyncio.run(handle(raws, None))
    assert asyncio.run(handle(raws, random.Random(seed))) == quiet


@settings(max_examples=times(20, thorough=40), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(_sent(), min_size=1, max_size=20))
@pytest.mark.slow
def test_revisions_have_no_gap_and_no_address_holds_two_articles(sent: list[Sent]) -> None:
    said, _ = asyncio.run(handle([each.raw() for each in sent], None))
    passed = [message for each in said for message in each.messages]
    revisions: dict[str, list[int]] = {}
    holders: dict[str, str] = {}
    for each in passed:
        revisions.setdefault(each.article_id, []).append(each.revision)
        assert holders.setdefault(each.raw.url, each.article_id) == each.article_id
        assert each.original_id == "" or cast(str, each.original_id) in revisions
    assert all(found == list(range(len(found))) for found in revisions.values())
