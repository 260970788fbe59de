import asyncio
from datetime import timedelta

from consumers.poll.manners import FORGET_ABOVE, Manners
from service.clock import now
from tests.clock import SetClock

A, B = "a.test", "b.test"


async def test_so_many_at_once_to_one_host_and_others_do_not_wait() -> None:
    clock = SetClock()
    manners, running, most = Manners(2, clock), 0, 0

    async def ask(host: str) -> None:
        nonlocal running, most
        async with manners.turn(host, clock()):
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.001)
            running -= 1

    await asyncio.gather(*(ask(A) for _ in range(6)))
    assert most == 2
    await asyncio.gather(*(ask(host) for host in (A, A, B, B)))
    assert most == 4


async def test_a_turn_begins_no_earlier_than_its_start() -> None:
    start = now() + timedelta(seconds=0.05)
    async with Manners(1, now).turn(A, start):
        assert now() >= start


async def test_a_busy_host_is_left_alone_until_the_latest_time_it_said() -> None:
    clock = SetClock()
    manners, later, latest = Manners(2, clock), clock() + timedelta(seconds=60), clock() + timedelta(seconds=90)
    for until in (later, latest, later):
        manners.back_off(A, until)
    assert manners.busy_until(A) == latest
    assert manners.busy_until(B) is None
    clock.advance(90)
    assert manners.busy_until(A) is None


async def test_who_gives_up_waiting_gives_back_the_place() -> None:
    clock = SetClock()
    manners = Manners(1, clock)
    async with manners.turn(A, clock()):
        waiting = asyncio.create_task(manners.turn(A, clock()).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(60), manners.turn(A, clock()):
        pass


async def test_hosts_to_which_nothing_is_owed_are_forgotten() -> None:
    clock = SetClock()
    manners = Manners(1, clock)
    manners.back_off(A, clock() + timedelta(seconds=60))
    for n in range(FORGET_ABOVE + 10):
        async with manners.turn(f"{n}.test", clock()):
            pass
    assert len(manners._hosts) < FORGET_ABOVE
    assert manners.busy_until(A) is not None
