import asyncio

from consumers.poll.manners import Manners

A, B = "https://a.test/feed", "https://b.test/feed"


async def test_no_more_than_so_many_ask_one_host_at_once() -> None:
    manners, now, most = Manners(per_host=2, gap_seconds=0), 0, 0

    async def ask() -> None:
        nonlocal now, most
        async with manners.turn(A):
            now += 1
            most = max(most, now)
            await asyncio.sleep(0.001)
            now -= 1

    await asyncio.gather(*(ask() for _ in range(10)))
    assert most == 2


async def test_there_is_a_pause_between_two_requests_to_one_host_but_not_to_two() -> None:
    manners, starts = Manners(per_host=5, gap_seconds=0.05), []
    loop = asyncio.get_running_loop()

    async def ask(url: str) -> None:
        async with manners.turn(url):
            starts.append((loop.time(), url))

    begun = loop.time()
    await asyncio.gather(ask(A), ask(B), ask(A), ask(A))
    times = [at - begun for at, url in sorted(starts) if url == A]
    assert [round(at / 0.05) for at in times] == [0, 1, 2]
    assert next(at for at, url in starts if url == B) - begun < 0.05


async def test_a_busy_host_is_left_alone_and_others_are_not() -> None:
    manners = Manners(per_host=2, gap_seconds=0)
    manners.back_off(A, 60)
    assert 59 < manners.wait_for("https://A.test/other") <= 60
    assert manners.wait_for(B) == 0
    manners.back_off(A, 1)
    assert manners.wait_for(A) > 59


async def test_who_gives_up_waiting_leaves_no_trace() -> None:
    manners = Manners(per_host=1, gap_seconds=0)
    async with manners.turn(A):
        waiting = asyncio.create_task(manners.turn(A).__aenter__())
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    async with asyncio.timeout(1), manners.turn(A):
        pass
