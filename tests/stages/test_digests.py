"""What is held back is told as one notice when its time has come; none is lost, and none comes twice."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from consumers.match.digests import Digests
from service.model import Follow, Notice, Timing
from service.store import Store
from tests.stages.matchdesk import NO_MORE, House

EVENING = datetime(2026, 3, 13, 19, 30, tzinfo=UTC)
DAILY = Timing(digest="0 7 * * *", time_zone="Europe/Vilnius")
QUIET = Timing(quiet_hours="22:00-07:00", time_zone="Europe/Vilnius")


@pytest.fixture
def house(store: Store) -> House:
    made = House(store)
    made.clock.now = EVENING
    return made


async def tell(house: House) -> int:
    return await Digests(house.store, house.clock).once()


async def digests(house: House) -> list[Notice]:
    return await house.notices("digest")


async def at(house: House, moment: str) -> None:
    house.clock.now = datetime.fromisoformat(moment)


async def test_alerts_of_a_day_come_as_one_digest_at_its_hour(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    await house.hear(await house.file(1, "one", "Belarus frees prisoners"))
    await house.hear(await house.file(2, "two", "Ferries from Belarus"))
    assert (await house.deliveries(), await tell(house)) == (0, 0)
    await at(house, "2026-03-14T07:00:00+02:00")
    assert await tell(house) == 1
    (digest,) = await digests(house)
    assert (digest.payload["count"], digest.payload["truncated"]) == (2, False)
    assert [each["story"]["title"] for each in digest.payload["told"]] == [
        "Belarus frees prisoners",
        "Ferries from Belarus",
    ]
    alerts = {each.id for each in await house.alerts()}
    assert {each["id"] for each in digest.payload["told"]} == alerts
    assert digest.payload["told"][0]["why"] == ["Belarus"]
    assert await house.owed_to(digest) == {"ep-Belarus"}
    assert (await tell(house), len(await digests(house)), await house.deliveries()) == (0, 1, 1)


async def test_a_day_without_alerts_has_no_digest(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    await at(house, "2026-03-14T07:00:00+02:00")
    assert await tell(house) == 0
    assert await digests(house) == []


async def test_hours_missed_in_an_outage_are_made_up_for_once(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    for day in range(3):
        await house.hear(await house.file(day, f"story {day}", "Belarus frees prisoners"))
        house.clock.advance(24 * 3600)
    assert await tell(house) == 1
    (digest,) = await digests(house)
    assert digest.payload["count"] == 3


async def test_quiet_hours_hold_back_and_are_flushed_at_their_end(house: House) -> None:
    await house.topic("Belarus", "Belarus", Follow(), QUIET)
    await at(house, "2026-03-13T21:59:00+02:00")
    assert await house.hear(await house.file(1, "one", "Belarus frees prisoners")) == ["alerted"]
    assert await house.deliveries() == 1
    await at(house, "2026-03-13T23:00:00+02:00")
    await house.hear(await house.file(2, "two", "Ferries from Belarus"))
    await house.hear(await house.revise(1, "one", "Belarus frees 52 prisoners", "number: 14 → 52"))
    assert await house.deliveries() == 1
    await at(house, "2026-03-14T06:59:59+02:00")
    assert await tell(house) == 0
    house.clock.advance(1)
    assert await tell(house) == 1
    (digest,) = await digests(house)
    assert [each["type"] for each in digest.payload["told"]] == ["story.alerted", "story.revised"]
    assert digest.payload["told"][1]["why"] == ["number: 14 → 52"]


async def test_others_are_told_at_once(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    await house.topic("prompt", "Belarus", NO_MORE)
    await house.hear(await house.file(1, "one", "Belarus frees prisoners"))
    assert await house.deliveries() == 1


async def test_what_is_held_for_a_subscription_that_is_gone_is_told_to_nobody(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    await house.hear(await house.file(1, "one", "Belarus frees prisoners"))
    await house.store.write(lambda tx: tx.subscriptions.remove("sb-Belarus", None))
    house.clock.advance(24 * 3600)
    assert await tell(house) == 0
    assert (await digests(house), await house.deliveries()) == ([], 0)
    assert await house.store.read(lambda tx: tx.held.due(house.clock() + timedelta(days=9))) == []


async def test_two_who_tell_at_once_tell_once(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    for number in range(5):
        await house.hear(await house.file(number, f"story {number}", "Belarus frees prisoners"))
    house.clock.advance(24 * 3600)
    await asyncio.gather(*(tell(house) for _ in range(4)))
    (digest,) = await digests(house)
    assert digest.payload["count"] == 5
    assert await house.deliveries() == 1


async def test_a_long_night_fits_and_says_what_is_missing(house: House) -> None:
    await house.topic("Belarus", "Belarus", NO_MORE, DAILY)
    changes = [await house.file(n, f"story {n}", f"Belarus frees {n} prisoners " * 12) for n in range(80)]
    await house.hear(*changes)
    house.clock.advance(24 * 3600)
    await tell(house)
    (digest,) = await digests(house)
    assert digest.payload["count"] == 80
    assert digest.payload["left_out"]["told"] == 80 - len(digest.payload["told"])
    assert digest.payload["truncated"] is True
