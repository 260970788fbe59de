"""Queries tried over HTTP before they are kept: validate, preview, backtest; and topics with examples and versions."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest

from service.api.routes.trials import MOST_OPEN
from service.model.backtests import Backtest
from service.settings import Settings
from service.store import Store
from service.topics import Workbench
from service.topics.backtesting import Backtester, tried
from tests.api.problem import problem
from tests.builders import NOW, an_enriched_article
from tests.clock import SetClock
from tests.stages.linkdesk import Desk

ANY = {"If-Match": "*"}


@pytest.fixture
def settings() -> Settings:
    return Settings(api={"backtest_articles": 3})


async def validate(client: httpx.AsyncClient, query: str, **given: object) -> dict[str, Any]:
    response = await client.post("/v1/topics:validate", json={"query": query} | given)
    assert response.status_code == 200, response.text
    told: dict[str, Any] = response.json()
    return told


async def ferries(store: Store, count: int = 3) -> list[str]:
    """Articles about ferries, in the archive and in the full text."""
    desk, ids = Desk(store), []
    for number in range(count):
        article = an_enriched_article(
            url=f"https://outlet{number}.test/{number}",
            source=f"outlet{number}.test",
            title=f"Ferries resume after storm {number}",
            text="The ferry sails again to the northern islands.",
            published_at=NOW + timedelta(hours=number),
            seen_at=NOW + timedelta(hours=number),
        )
        await desk.tell(f"sd_{number}", article)
        ids.append(article.article.article_id)
        row = (ids[-1], article.article.raw.title, article.text, article.language)
        await store.write(lambda tx, row=row: tx.search.put([row]))
    return ids


async def test_validating_tells_what_a_query_means_and_costs(client: httpx.AsyncClient) -> None:
    told = await validate(client, "Belarus (prisoners OR the) title:Poland and")
    assert told["query"].startswith("(belarus OR country:BY)")
    assert told["tree"]["joint"] == "all"
    assert told["clauses"][0]["clause"] == "belarus"
    assert any("operator is AND" in each for each in told["warnings"])
    assert any("nearly every article" in each for each in told["warnings"])
    assert any("country:PL" in each for each in told["suggestions"])
    assert told["cost_class"] in ("low", "middle", "high")
    assert told["estimated_matches_per_day"] is None


async def test_validating_a_query_that_cannot_be_read_says_where(client: httpx.AsyncClient) -> None:
    response = await client.post("/v1/topics:validate", json={"query": "(ferry"})
    assert problem(response, "query-syntax", 422)["line"] == 1


async def test_an_estimate_counts_what_is_stored(client: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    await ferries(store, 4)
    clock.advance(48 * 3600)
    told = await validate(client, "ferry")
    assert told["estimated_matches_per_day"] == 2.0
    assert told["estimate"]["matches"] == 4
    assert (await validate(client, "ferry sources>=3"))["estimate"]["without_story"] is True
    assert (await validate(client, '"northern islands" ferries'))["estimated_matches_per_day"] == 2.0
    assert (await validate(client, "volcano"))["estimated_matches_per_day"] == 0


async def test_validating_judges_examples(client: httpx.AsyncClient) -> None:
    examples = [
        {"must_match": True, "text": "A ferry.", "language": "en"},
        {"must_match": False, "text": "Two ferries."},
    ]
    told = await validate(client, "ferry", examples=examples)
    assert [(each["passes"], each["matches"]) for each in told["examples"]] == [(True, True), (True, False)]  # type: ignore[attr-defined]  # without a language, no stem


async def test_a_preview_shows_what_matched_and_where(client: httpx.AsyncClient, store: Store) -> None:
    ids = await ferries(store)
    told = (await client.post("/v1/topics:preview", json={"query": "title:storm sources>=2", "limit": 2})).json()
    assert [each["article_id"] for each in told["items"]] == ids[:0:-1]
    assert told["without_story"] is True
    for each in told["items"]:
        (place,) = each["matched"]
        assert each["title"][place["start"] : place["end"]] == place["text"] == "storm"
        assert place["text"] in place["excerpt"]
        assert each["story_id"]


async def test_a_short_backtest_is_answered_at_once(client: httpx.AsyncClient, store: Store) -> None:
    await ferries(store)
    topic = (await client.post("/v1/topics", json={"name": "Islands", "query": "islands title:0"})).json()
    given = {"query": "ferry", "topic": topic["id"], "since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
    response = await client.post("/v1/topics:backtest", json=given)
    assert response.status_code == 200, response.text
    told = response.json()
    report = told["report"]
    assert (told["state"], report["articles"], report["matches"], report["alerts"]) == ("done", 3, 3, 3)
    assert sum(day["alerts"] for day in report["days"]) == 3
    assert (report["difference"]["same"], report["difference"]["gained"], report["difference"]["lost"]) == (1, 2, 0)
    assert all(each["title"] for each in report["difference"]["gained_stories"])
    assert report["complete"] is True
    assert report["notes"]
    assert (await client.get(response.headers["location"])).json() == told


async def test_a_long_backtest_is_done_in_its_turn(client: httpx.AsyncClient, store: Store, clock: SetClock) -> None:
    await ferries(store, 4)
    given = {"query": "ferry", "since": "2026-03-01T00:00:00Z", "until": "2026-04-01T00:00:00Z"}
    response = await client.post("/v1/topics:backtest", json=given)
    assert (response.status_code, response.json()["state"]) == (202, "waiting")
    path = response.headers["location"]
    backtester = Backtester(Workbench(store, clock=clock))
    assert await backtester.once()
    assert not await backtester.once()
    told = (await client.get(path)).json()
    assert (told["state"], told["done"], told["total"], told["report"]["alerts"]) == ("done", 4, 4, 4)
    for _ in range(MOST_OPEN):
        assert (await client.post("/v1/topics:backtest", json=given)).status_code == 202
    problem(await client.post("/v1/topics:backtest", json=given), "conflict", 409)


async def test_a_backtest_whose_process_died_is_begun_anew_by_another(store: Store, clock: SetClock) -> None:
    asked = Backtest("bt", "main", "", "ferry", NOW, NOW + timedelta(days=1), created_at=NOW)
    await store.write(lambda tx: tx.backtests.add(asked))
    assert await store.write(lambda tx: tx.backtests.claim(clock(), 60))
    assert not await Backtester(Workbench(store, clock=clock)).once()
    clock.advance(61)
    assert await Backtester(Workbench(store, clock=clock)).once()
    done = await store.read(lambda tx: tx.backtests.get("bt", "main"))
    assert done is not None
    assert done.state == "done"


@pytest.mark.parametrize(
    ("given", "pointer"),
    [
        ({"query": "ferry", "since": "2026-03-02T00:00:00Z", "until": "2026-03-01T00:00:00Z"}, "/until"),
        ({"since": "2026-03-02T00:00:00Z"}, ""),
    ],
)
async def test_a_backtest_of_nothing_is_refused(client: httpx.AsyncClient, given: dict[str, str], pointer: str) -> None:
    told = problem(await client.post("/v1/topics:backtest", json=given), "invalid", 422)
    assert told["errors"][0]["pointer"] == pointer


MUST = {"must_match": True, "title": "Ferries resume", "text": "The ferry sails again.", "language": "en"}
MUST_NOT = {"must_match": False, "text": "The ferry company published its figures.", "language": "en"}


async def test_a_version_that_fails_its_examples_is_not_made_live(client: httpx.AsyncClient) -> None:
    given = {"name": "Ferries", "query": "ferry", "examples": [MUST, MUST_NOT]}
    told = problem(await client.post("/v1/topics", json=given), "examples-failed", 422)
    assert [each["pointer"] for each in told["errors"]] == ["/examples/1"]
    assert "must not match" in told["errors"][0]["detail"]
    topic = (await client.post("/v1/topics", json=given | {"query": "ferry NOT company"})).json()
    path = f"/v1/topics/{topic['id']}"
    problem(await client.patch(path, json={"query": "company"}, headers=ANY), "examples-failed", 422)
    assert (await client.get(path)).json()["version"] == 1
    kept = (await client.post(f"{path}/versions", json={"query": "company", "why": "a try"})).json()
    assert (kept["version"], kept["why"], len(kept["examples"])) == (2, "a try", 2)
    told = problem(await client.post(f"{path}/versions/2/activate"), "examples-failed", 422)
    assert [each["pointer"] for each in told["errors"]] == ["/examples/0", "/examples/1"]
    assert (await client.get(path)).json() == topic


async def test_versions_are_kept_with_who_when_and_why(client: httpx.AsyncClient, clock: SetClock) -> None:
    topic = (await client.post("/v1/topics", json={"name": "Ferries", "query": "ferry", "why": "first"})).json()
    path = f"/v1/topics/{topic['id']}"
    clock.advance(60)
    changed = await client.patch(path, json={"query": "ferry NOT company", "why": "too many"}, headers=ANY)
    assert changed.json()["version"] == 2
    assert (await client.patch(path, json={"examples": [MUST]}, headers=ANY)).json()["version"] == 3
    assert (await client.patch(path, json={"name": "Boats"}, headers=ANY)).json()["version"] == 3
    listed = (await client.get(f"{path}/versions")).json()["items"]
    assert [(each["version"], each["query"], each["why"]) for each in listed] == [
        (3, "ferry NOT company", None),
        (2, "ferry NOT company", "too many"),
        (1, "ferry", "first"),
    ]
    assert all(each["made_by"] and each["analyser"] for each in listed)
    assert listed[1]["made_at"] > listed[2]["made_at"]
    back = (await client.post(f"{path}/versions/1/activate")).json()
    assert (back["version"], back["query"]) == (1, "ferry")
    assert (await client.get(f"{path}/versions/2")).json() == listed[1]
    assert (await client.patch(path, json={"query": "boat"}, headers=ANY)).json()["version"] == 4
    problem(await client.get(f"{path}/versions/9"), "not-found", 404)


async def test_an_example_may_be_a_stored_article(client: httpx.AsyncClient, store: Store) -> None:
    ids = await ferries(store, 1)
    given = {"name": "a", "query": "volcano", "examples": [{"must_match": True, "article_id": ids[0]}]}
    told = problem(await client.post("/v1/topics", json=given), "examples-failed", 422)
    assert told["errors"][0]["detail"] == "must match, and does not"
    gone = {"name": "a", "query": "ferry", "examples": [{"must_match": False, "article_id": "gone"}]}
    assert "no article gone" in problem(await client.post("/v1/topics", json=gone), "examples-failed", 422)["detail"]
    both = {"name": "a", "query": "ferry", "examples": [{"must_match": True, "article_id": ids[0], "text": "x"}]}
    problem(await client.post("/v1/topics", json=both), "invalid", 422)
    assert (await client.post("/v1/topics", json=given | {"query": "ferries"})).status_code == 201


async def test_a_topic_may_be_muted_for_some_time(client: httpx.AsyncClient) -> None:
    topic = (await client.post("/v1/topics", json={"name": "a", "query": "ferry"})).json()
    path, until = f"/v1/topics/{topic['id']}", "2026-03-15T00:00:00Z"
    assert (await client.patch(path, json={"muted_until": until}, headers=ANY)).json()["muted_until"] == until
    assert (await client.patch(path, json={"muted_until": None}, headers=ANY)).json()["muted_until"] is None


async def test_a_backtest_leaves_the_loop_to_others(store: Store, clock: SetClock) -> None:
    """Ticks go on while it looks at its portions: it computes in a thread, and waits for the store."""
    await ferries(store, 30)
    asked, ticks = Backtest("bt", "main", "", "ferry", NOW, NOW + timedelta(days=2), created_at=NOW), 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            ticks += 1
            await asyncio.sleep(0)

    ticking = asyncio.create_task(tick())
    done = await tried(Workbench(store, clock=clock), asked)
    ticking.cancel()
    assert done.report is not None
    assert done.report["alerts"] == 30
    assert ticks > 10
