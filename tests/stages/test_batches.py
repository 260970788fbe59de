"""What goes in one request to an endpoint that takes several in order, against a real receiver, on both databases."""

import json
from itertools import chain, pairwise
from random import Random
from typing import Any

from consumers.deliver import Deliver
from consumers.demo.inbox import ACCEPTED, Answer, Inbox
from service.model import alert_id
from service.store.batches import ENVELOPE_BYTES, MOST_BYTES
from tests.builders import an_alert
from tests.stages.test_deliver import World, world
from tests.stages.test_sending import alerted, subscribed

__all__ = ["world"]


async def alerted_at_length(world: World, *lengths: int) -> None:
    """An alert of at least so many bytes each, in letters that take two."""
    raised = [
        an_alert(
            id=alert_id("t", f"s{number}"),
            topic_id="t",
            story_id=f"s{number}",
            created_at=world.clock(),
            payload={"story": {"id": f"s{number}", "title": "\u0436" * (length // 2)}},
        )
        for number, length in enumerate(lengths)
    ]
    await world.store.write(lambda tx: tx.alerts.raise_alerts(raised, {"t": ["a"]}, world.clock()))


async def all_sent(deliver: Deliver) -> None:
    while await deliver.once():
        pass


def bodies(inbox: Inbox) -> list[dict[str, Any]]:
    return [json.loads(each.body) for each in inbox.received]


def told(inbox: Inbox) -> list[int]:
    return [each["data"]["sequence"] for each in chain.from_iterable(body["data"] for body in bodies(inbox))]


async def test_a_batch_keeps_its_members_and_its_id_until_it_is_taken(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await subscribed(world, inbox.url, ordering="fifo", batch_size=2)
    await alerted(world, "s1", "s2", "s3")
    deliver = world.deliver()
    await deliver.once()
    await alerted(world, "s4")
    inbox.answer = lambda received: ACCEPTED
    world.clock.advance(5)
    assert [await deliver.once() for _ in range(3)] == [1, 1, 0]
    first, again, rest = (json.loads(each.body) for each in inbox.received)
    assert first == again
    assert [first["type"], rest["type"]] == ["batch", "batch"]
    assert [[each["data"]["sequence"] for each in body["data"]] for body in (first, rest)] == [[1, 2], [3, 4]]
    ids = [each.id for each in inbox.received]
    assert ids[0] == ids[1] != ids[2]
    assert {each.state for each in await world.deliveries()} == {"sent"}


async def test_a_batch_is_no_longer_than_receivers_have_to_take(world: World) -> None:
    inbox = await world.inbox()
    await subscribed(world, inbox.url, ordering="fifo", batch_size=100)
    random = Random(5)
    await alerted_at_length(world, *(random.choice((40, 900, 6_000, 19_000)) for _ in range(100)))
    await all_sent(world.deliver())
    assert told(inbox) == list(range(1, 101)), "each once, in order"
    for body, after in pairwise(inbox.received):
        first = json.loads(after.body)["data"][0]
        assert len(body.body) <= MOST_BYTES
        more = len(json.dumps(first, ensure_ascii=False).encode())
        whole = len(body.body) + more + ENVELOPE_BYTES * (len(json.loads(body.body)["data"]) + 2)
        assert whole > MOST_BYTES, "no shorter than it has to be"
    assert {each.attempts for each in await world.deliveries()} == {1}, "what did not fit spent no attempt"


async def test_what_did_not_fit_waits_until_the_batch_before_it_is_taken(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await subscribed(world, inbox.url, ordering="fifo", batch_size=100)
    await alerted_at_length(world, *[19_000] * 5)
    deliver = world.deliver()
    assert [await deliver.once() for _ in range(2)] == [1, 0]
    inbox.answer = lambda received: ACCEPTED
    world.clock.advance(5)
    await all_sent(deliver)
    first, again, rest = inbox.received
    assert (first.id, first.body) == (again.id, again.body)
    assert rest.id != first.id
    assert told(inbox) == [1, 2, 3, 1, 2, 3, 4, 5]
