"""Round after round until told to stop."""

import asyncio

import pytest

from consumers.rounds import rounds, told_within
from service.errors import Outage


async def test_rounds_go_on_through_outages_until_told_to_stop() -> None:
    until, made = asyncio.Event(), []

    async def once() -> float:
        made.append(len(made))
        if len(made) == 2:
            raise Outage("the database is away")
        if len(made) == 4:
            until.set()
        return 0.0

    await asyncio.wait_for(rounds(once, until, "tests", outage_seconds=0.0), 30)
    assert made == [0, 1, 2, 3]


async def test_a_rest_ends_when_told_to_stop() -> None:
    until = asyncio.Event()

    async def once() -> float:
        until.set()
        return 3600.0

    await asyncio.wait_for(rounds(once, until, "tests"), 30)
    assert await told_within(until, 3600)


async def test_nothing_is_done_once_told_to_stop() -> None:
    until = asyncio.Event()
    until.set()

    async def once() -> float:
        raise AssertionError("a round too many")

    await rounds(once, until, "tests")


async def test_a_fault_of_our_own_is_not_hidden() -> None:
    async def once() -> float:
        raise ValueError("a fault")

    with pytest.raises(ValueError, match="a fault"):
        await rounds(once, asyncio.Event(), "tests")


async def test_who_is_not_told_in_time_was_not_told() -> None:
    assert not await told_within(asyncio.Event(), 0)
