"""Pages that change, vanish, come back and move: does the whole pipeline tell it, once, and nothing that is not so?"""

import asyncio
import random
from collections.abc import AsyncIterator

import pytest

from service.broker import Broker
from service.settings import RecheckSettings
from service.store import Store
from service.urls import article_id, canonical
from tests.clock import SetClock
from tests.properties.crashing import Crash, CrashingBroker
from tests.stages.newsdesk import LEAD, Newsdesk, a_page

TITLE = "Prisoners released in Minsk"
FIRST = "In Minsk, 52 prisoners were released on Saturday, the families of the prisoners said to the reporters."
SECOND = FIRST.replace("52", "14")


@pytest.fixture
async def desk(store: Store, embedded_broker: Broker, clock: SetClock) -> AsyncIterator[Newsdesk]:
    async with Newsdesk.open(store, embedded_broker, clock) as desk:
        yield desk


async def published(desk: Newsdesk, page: str = a_page(TITLE, FIRST)) -> str:
    url = desk.publish("/news/minsk", page)
    await desk.bring(url, TITLE)
    return url


async def test_an_edit_of_the_page_becomes_a_revision_that_says_what_changed(desk: Newsdesk) -> None:
    url = await published(desk)
    assert await desk.types(url) == [None]
    desk.publish("/news/minsk", a_page(TITLE, SECOND))
    await desk.look_again(1)
    first, second = await desk.revisions(url)
    assert (second["change"]["type"], second["change"]["classes"]) == ("edited", ["number"])
    assert second["change"]["facts"] == ["number: 52 → 14"]
    assert (second["brought_by"], second["change"]["against"], first["brought_by"]) == ("recheck", 0, "poll")
    diff = (await desk.client.get(f"/v1/articles/{article_id(canonical(url))}/revisions/1/diff")).json()
    changed = [(each["kind"], each["text"].strip()) for each in diff["text"] if each["kind"] != "equal"]
    assert changed == [("delete", "52"), ("insert", "14")]
    which = (article_id(canonical(url)), 1)
    kept = (await desk.store.read(lambda tx: tx.articles.weighed([which])))[which]
    assert (kept.type, kept.classes, kept.facts) == ("edited", ("number",), ("number: 52 → 14",))
    assert kept.is_material


async def test_pages_are_looked_at_after_an_hour_a_day_and_a_week(desk: Newsdesk) -> None:
    url = await published(desk)
    asked = []
    for hours in (0.9, 0.2, 22, 1, 143, 2, 1000):
        await desk.look_again(hours)
        asked.append(desk.site.asked("/news/minsk") - 1)
    assert asked == [0, 1, 1, 2, 2, 3, 3]
    assert await desk.types(url) == [None]
    assert await desk.store.read(lambda tx: tx.rechecks.get(article_id(canonical(url)))) is None


async def test_a_page_is_not_sent_again_while_it_is_the_same(desk: Newsdesk) -> None:
    url = desk.publish("/news/minsk", a_page(TITLE, FIRST), etag='"1"')
    await desk.bring(url, TITLE)
    await desk.look_again(1)
    await desk.look_again(23)
    last = [each for each in desk.site.requests if each.path == "/news/minsk"][-1]
    assert last.headers["if-none-match"] == '"1"'
    desk.publish("/news/minsk", a_page(TITLE, SECOND), etag='"2"')
    await desk.look_again(144)
    assert await desk.types(url) == [None, "edited"]


async def test_another_title_is_told(desk: Newsdesk) -> None:
    url = await published(desk)
    desk.publish("/news/minsk", a_page("Prisoners not released in Minsk", FIRST))
    await desk.look_again(1)
    _, second = await desk.revisions(url)
    assert (second["change"]["type"], second["title"]) == ("retitled", "Prisoners not released in Minsk")
    assert second["change"]["classes"] == ["negation", "headline"]


async def test_what_is_not_the_article_makes_no_revision(desk: Newsdesk) -> None:
    url = await published(
        desk, a_page(TITLE, FIRST, "1,204 views", around="<aside><a href=/1>Fish is cheap</a></aside>")
    )
    around = "<aside><a href=/2>Storm ends</a><a href=/3>Boats return</a></aside>"
    desk.publish("/news/minsk", a_page(TITLE, FIRST.replace("Minsk, 52", "Minsk 52"), "7,318 views", around=around))
    await desk.look_again(1)
    assert await desk.types(url) == [None]


async def test_cosmetic_edits_are_told_where_they_are_wanted(
    sqlite_store: Store, embedded_broker: Broker, clock: SetClock
) -> None:
    wanted = RecheckSettings(cosmetic=True)
    async with Newsdesk.open(sqlite_store, embedded_broker, clock, recheck=wanted) as desk:
        url = await published(desk)
        desk.publish("/news/minsk", a_page(TITLE, FIRST.replace("Minsk, 52", "Minsk 52")))
        await desk.look_again(1)
        _, second = await desk.revisions(url)
        assert (second["change"]["type"], second["change"]["classes"]) == ("edited", ["cosmetic"])


async def test_a_page_that_vanishes_and_returns_is_told_and_alerts_nobody_again(desk: Newsdesk) -> None:
    await desk.watch("prisoners")
    url = await published(desk)
    assert await desk.alerts() == 1
    page = desk.site.answers["/news/minsk"]
    desk.site.fail("/news/minsk", 404)
    await desk.look_again(1)
    assert await desk.types(url) == [None]
    await desk.look_again(0.6)
    assert await desk.types(url) == [None, "deleted"]
    deleted = (await desk.revisions(url))[1]
    assert (deleted["state"], deleted["title"], deleted["change"]["classes"]) == ("deleted", TITLE, ["retraction"])
    desk.site.answers["/news/minsk"] = page
    await desk.look_again(23)
    assert await desk.types(url) == [None, "deleted", "restored"]
    detail = (await desk.client.get(f"/v1/articles/{article_id(canonical(url))}")).json()
    assert (detail["state"], FIRST in detail["revisions"][1]["text"]) == ("published", True)
    assert await desk.alerts() == 1


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
@pytest.mark.slow
async def test_an_error_deletes_nothing_however_often_it_comes(
    sqlite_store: Store, embedded_broker: Broker, clock: SetClock, status: int
) -> None:
    async with Newsdesk.open(sqlite_store, embedded_broker, clock) as desk:
        url = await published(desk)
        desk.site.fail("/news/minsk", status)
        for _ in range(8):
            await desk.look_again(24)
        assert await desk.types(url) == [None]
        assert 3 <= desk.site.asked("/news/minsk") - 1 <= 9


async def test_a_redirect_to_the_front_page_is_a_deletion_once_confirmed(desk: Newsdesk) -> None:
    url = await published(desk)
    desk.publish("/", a_page("Harbour Gazette", f"{TITLE}. Storm ends. Fish is cheap."))
    desk.site.redirect("/news/minsk", "/", 302)
    await desk.look_again(1)
    assert await desk.types(url) == [None]
    await desk.look_again(0.6)
    assert await desk.types(url) == [None, "deleted"]


async def test_a_page_that_says_something_else_is_a_deletion_once_confirmed(desk: Newsdesk) -> None:
    url = await published(desk)
    gone = "<html><head><title>Oops</title></head><body><article><p>Nothing to see at this place.</p></article></body>"
    desk.publish("/news/minsk", gone)
    await desk.look_again(1)
    await desk.look_again(0.6)
    assert await desk.types(url) == [None, "deleted"]


async def test_a_wall_deletes_nothing(desk: Newsdesk) -> None:
    url = await published(desk)
    wall = (
        "<html><head><title>Just a moment</title></head><body><p>Enable JavaScript and cookies to continue.</p></body>"
    )
    desk.publish("/news/minsk", wall)
    for _ in range(8):
        await desk.look_again(24)
    assert await desk.types(url) == [None]


async def test_a_page_that_moves_is_found_at_its_new_place(desk: Newsdesk) -> None:
    url = await published(desk)
    there = desk.publish("/archive/minsk", a_page(TITLE, FIRST))
    desk.site.redirect("/news/minsk", "/archive/minsk", 301)
    await desk.look_again(1)
    _, moved = await desk.revisions(url)
    assert (moved["change"]["type"], moved["state"], moved["moved_to"]) == ("moved", "moved", canonical(there))
    assert moved["change"]["classes"] == []
    desk.publish("/archive/minsk", a_page(TITLE, SECOND))
    await desk.look_again(23)
    assert await desk.types(url) == [None, "moved", "edited"]
    assert (await desk.revisions(url))[2]["state"] == "moved"


async def test_a_feeds_own_words_are_not_taken_for_an_older_page(desk: Newsdesk) -> None:
    """The feed gave the whole text, in its own words: the page is first read at the first look."""
    url = desk.publish("/news/minsk", a_page(TITLE, FIRST))
    own = f"{FIRST} {LEAD * 5} Our reporters wrote this for the feed alone."
    await desk.bring(url, TITLE, content=own)
    assert desk.site.asked("/news/minsk") == 0
    await desk.look_again(1)
    assert await desk.types(url) == [None]
    desk.publish("/news/minsk", a_page(TITLE, SECOND))
    await desk.look_again(23)
    _, second = await desk.revisions(url)
    assert (second["change"]["classes"], second["change"]["against"]) == (["number"], None)
    await desk.bring(url, TITLE, content=own.replace("alone", "only"))
    _, _, third = await desk.revisions(url)
    assert (third["change"]["facts"], third["change"]["against"]) == (["wording: alone → only"], 0)


async def test_pages_that_robots_txt_closes_are_left_alone(desk: Newsdesk) -> None:
    desk.site.publish("/robots.txt", "User-agent: *\nDisallow: /news/", content_type="text/plain")
    await published(desk)
    for hours in (1, 23, 144):
        await desk.look_again(hours)
    assert desk.site.asked("/news/minsk") == 0


@pytest.mark.parametrize("lane", ["live", "backfill"])
async def test_only_live_articles_are_looked_at_again(
    sqlite_store: Store, embedded_broker: Broker, clock: SetClock, lane: str
) -> None:
    async with Newsdesk.open(sqlite_store, embedded_broker, clock) as desk:
        url = desk.publish("/news/minsk", a_page(TITLE, FIRST))
        await desk.bring(url, TITLE, lane=lane)
        waiting = await desk.store.read(lambda tx: tx.rechecks.counts(clock()))
        assert waiting["waiting"] == (lane == "live")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(6))
async def test_a_crash_at_any_place_loses_nothing_and_tells_nothing_twice(
    sqlite_store: Store, embedded_broker: Broker, clock: SetClock, seed: int
) -> None:
    rng = random.Random(seed)
    async with Newsdesk.open(sqlite_store, embedded_broker, clock) as desk:
        await desk.watch("prisoners")
        url = await published(desk)
        desk.publish("/news/minsk", a_page(TITLE, SECOND))
        crashes = await looked_through_crashes(desk, rng, 1)
        desk.site.fail("/news/minsk", 410)
        crashes += await looked_through_crashes(desk, rng, 23)
        crashes += await looked_through_crashes(desk, rng, 0.6)
        assert await desk.types(url) == [None, "edited", "deleted"]
        assert await desk.alerts() == 1
        assert await desk.store.read(lambda tx: tx.dead_letters.count()) == 0
    assert crashes


async def looked_through_crashes(desk: Newsdesk, rng: random.Random, hours: float) -> int:
    """Look again with a process that dies before or after it has passed on what it saw; how often it did."""
    desk.clock.advance(3600 * hours)
    crashes = 0
    dying = [CrashingBroker(desk.broker, 0.8, rng) for _ in range(4)]
    for broker in (*dying, desk.broker):
        try:
            while await desk.recheck(broker).once():
                pass
        except Crash:
            crashes += 1
        desk.clock.advance(desk.settings.recheck.lease_seconds + 1)
    await desk.settled()
    return crashes


async def test_two_processes_share_the_pages(desk: Newsdesk) -> None:
    for number in range(10):
        url = desk.publish(f"/news/{number}", a_page(f"Boat {number} is back", FIRST.replace("52", str(number * 7))))
        await desk.bring(url, f"Boat {number} is back")
    desk.clock.advance(3600)
    while sum(await asyncio.gather(desk.recheck().once(), desk.recheck().once())):
        pass
    assert {desk.site.asked(f"/news/{number}") for number in range(10)} == {2}
