"""Kill match between any two statements of the transaction that tells, and start it again: the end is the same."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event

from consumers.match import Match
from consumers.match.digests import Digests
from service.model import Follow, Grew, Timing
from service.store import Store, Transaction
from tests.properties.crashing import Crash
from tests.stages.matchdesk import House

DAY = 24 * 3600
TABLES = ("alerts", "told", "waiting", "held", "notices", "deliveries")
EVERYTHING = Follow(Grew(independent=(2, 3), languages=(2,)), merged=True)


@pytest.fixture
def house(sqlite_store: Store) -> House:
    return House(sqlite_store)


async def tell_all(house: House, hear: Callable[[Callable[[], Awaitable[Any]]], Awaitable[None]]) -> None:
    """Alerts at once and held back, a condition that waits, growth, a correction, a merge, a digest."""
    await house.topic("prompt", "Belarus", EVERYTHING)
    await house.topic("daily", "Belarus", EVERYTHING, Timing(digest="0 7 * * *"))
    await house.topic("patient", "Belarus independent>=3", EVERYTHING)
    one = await house.file(1, "one", "Belarus frees 14 prisoners")
    two = await house.file(2, "two", "Ferries from Belarus")
    await hear(lambda: house.hear(one, two))
    house.clock.advance(60)
    revised = await house.revise(1, "one", "Belarus frees 52 prisoners", "number: 14 → 52")
    three = await house.file(3, "one", "Беларусь вызваліла", language="be")
    await hear(lambda: house.hear(revised, three))
    house.clock.advance(60)
    await house.merge("two", "one")
    merged = type(two)(
        story_id="one", change="merged", article_id=two.article_id, revision=0, merged=("two",), quiet=True
    )
    await hear(lambda: house.hear(merged))
    house.clock.advance(DAY)
    await hear(lambda: Digests(house.store, house.clock).once())


async def end(house: House) -> dict[str, list[tuple[Any, ...]]]:
    def rows(tx: Transaction) -> dict[str, list[tuple[Any, ...]]]:
        run = tx.connection.exec_driver_sql
        return {each: sorted(map(tuple, run(f"select * from {each}").all()), key=repr) for each in TABLES}

    return await house.store.read(rows)


class Reaper:
    """Kills at the n-th statement that writes."""

    def __init__(self, store: Store) -> None:
        self.left, self.written = -1, 0
        event.listen(store.engine, "before_cursor_execute", self._heard)

    def _heard(self, _: Any, __: Any, statement: str, *___: Any) -> None:
        if statement.lstrip().split(maxsplit=1)[0].lower() in ("insert", "update", "delete"):
            self.written += 1
            if self.written == self.left:
                raise Crash


async def test_whatever_statement_it_dies_at_the_end_is_the_same(house: House, sqlite_store: Store) -> None:
    reaper, killed = Reaper(sqlite_store), 0

    async def dying(act: Callable[[], Awaitable[Any]]) -> None:
        """Die at the first statement, at the second, and so on, and come again each time, until nothing is left to
        die at; then hear of it once more."""
        nonlocal killed
        for left in range(1, 100):
            reaper.left, reaper.written = left, 0
            house.match = Match(house.store, house.clock)
            try:
                await act()
            except Crash:
                killed += 1
                continue
            break
        reaper.left = -1
        house.match = Match(house.store, house.clock)
        await act()

    await tell_all(house, dying)
    assert killed > 20
    found = await end(house)
    assert (len(found["alerts"]), len(found["held"]), len(found["waiting"])) == (5, 0, 0)
    kinds = sorted(each.kind for each in await house.store.read(lambda tx: tx.notices.since(0, 1000)))
    assert kinds == sorted(
        ["story.alerted"] * 5 + ["digest"] + ["story.revised"] * 2 + ["story.grew"] * 4 + ["story.merged"] * 2
    )
