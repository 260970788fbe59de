import asyncio
from datetime import timedelta

import pytest

from consumers.poll.places import Places, Share, room
from service.model import Claim, Feed
from tests.builders import NOW, a_feed

LATER = NOW + timedelta(seconds=30)
PROMPT, NEW = a_feed(last_poll_at=NOW), a_feed(last_poll_at=None)


@pytest.mark.parametrize(
    ("feed", "prompt"),
    [
        (PROMPT, True),
        (NEW, False),
        (a_feed(last_poll_at=NOW, failures=1), False),
        (a_feed(last_poll_at=NOW, slow=True), False),
    ],
)
def test_a_feed_is_prompt_if_it_was_the_last_time(feed: Feed, prompt: bool) -> None:
    assert feed.prompt is prompt


async def test_the_doubtful_never_have_more_than_half_of_the_places() -> None:
    places = Places(4)
    await asyncio.gather(*(places.take(prompt=False) for _ in range(2)))
    third = asyncio.create_task(places.take(prompt=False))
    await asyncio.gather(*(places.take(prompt=True) for _ in range(2)))
    assert places.taken == 4
    assert not third.done()
    places.leave(prompt=True)
    await asyncio.sleep(0)
    assert not third.done(), "that was a prompt one's"
    places.leave(prompt=False)
    await third
    assert places.taken == places.most_taken - 1 == 3


async def test_who_gives_up_waiting_has_no_place() -> None:
    places = Places(1)
    async with places.place(prompt=True):
        for prompt in (True, False):
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(places.take(prompt), 0.01)
    async with asyncio.timeout(60), places.place(prompt=False):
        assert places.taken == 1


async def test_room_for_a_large_document_is_taken_once_and_given_back() -> None:
    places = Places(2)
    with Share(places, prompt=True) as share:
        assert places.taken == 0
        await share.enlarge()
        await share.enlarge()
        assert places.taken == 1
    assert places.taken == 0


@pytest.mark.parametrize(
    ("begun", "wanted"),
    [
        ([], (10, 20)),
        ([Claim(NEW, NOW)] * 7, (3, 13)),
        ([Claim(NEW, NOW)] * 8, (0, 12)),
        ([Claim(PROMPT, NOW)] * 8, (10, 12)),
        ([Claim(PROMPT, NOW)] * 14, (6, 6)),
        ([Claim(PROMPT, NOW)] * 15, (0, 0)),
        ([Claim(PROMPT, LATER)] * 30, (10, 10)),
        ([Claim(NEW, LATER)] * 10 + [Claim(PROMPT, LATER)] * 10, (0, 20)),
    ],
)
def test_feeds_are_claimed_as_far_as_there_is_room_for_their_kind(begun: list[Claim], wanted: tuple[int, int]) -> None:
    assert room(begun, NOW, at_once=10) == wanted
