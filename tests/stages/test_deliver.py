"""Deliver against real receivers, honest and hostile, on both databases."""

import asyncio
import json
import tracemalloc
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from consumers.deliver import Deliver
from consumers.demo.inbox import ACCEPTED, NEVER, Answer, Inbox, Received
from service import telemetry
from service.cursors import make_cursor
from service.egress import Egress
from service.errors import Misconfigured, Outage
from service.model import Attempt, Delivery, Endpoint, alert_id
from service.settings import DeliverSettings, EgressSettings
from service.store import Store, Transaction
from service.store.delivering import Wanted
from tests.builders import NOW, an_alert, an_endpoint
from tests.clock import SetClock

SETTINGS = DeliverSettings(total_seconds=5, idle_seconds=0.05)
SECRET = an_endpoint().secret


@dataclass
class World:
    """A store, a way out, inboxes on this machine, and a clock that a test sets."""

    store: Store
    egress: Egress
    clock: SetClock
    stack: AsyncExitStack

    async def inbox(self, answer: Answer | Callable[[Received], Answer] = ACCEPTED) -> Inbox:
        inbox = Inbox([SECRET], clock=self.clock)
        inbox.answer = answer if callable(answer) else lambda received: answer
        return await self.stack.enter_async_context(inbox.open())

    async def endpoint(self, name: str, url: str, **given: Any) -> Endpoint:
        endpoint = an_endpoint(id=name, url=url, **given)
        await self.store.write(lambda tx: tx.endpoints.add(endpoint))
        return endpoint

    async def owe(self, name: str, count: int = 1) -> None:
        """So many deliveries to this endpoint, due now."""

        def transact(tx: Transaction) -> None:
            topic, made = f"topic-{name}", len(tx.alerts.list_alerts(None, topic_id=f"topic-{name}", most=10_000))
            stories = [f"story-{made + number}" for number in range(count)]
            raised = [
                an_alert(id=alert_id(topic, story), topic_id=topic, story_id=story, created_at=self.clock())
                for story in stories
            ]
            tx.alerts.raise_alerts(raised, {topic: [name]}, self.clock())

        await self.store.write(transact)

    def deliver(self, settings: DeliverSettings = SETTINGS, store: Any = None) -> Deliver:
        return Deliver(store or self.store, self.egress, settings, self.clock, lambda: 0.0)

    async def deliveries(self, endpoint_id: str | None = None) -> list[Delivery]:
        return await self.store.read(lambda tx: tx.deliveries.list(Wanted(None, endpoint_id), most=10_000))

    async def delivery(self) -> Delivery:
        (delivery,) = await self.deliveries()
        return delivery

    async def attempts(self) -> list[Attempt]:
        delivery = await self.delivery()
        return await self.store.read(lambda tx: tx.deliveries.attempts(delivery.id))

    async def counts(self) -> dict[str, int]:
        return await self.store.read(lambda tx: tx.deliveries.counts())

    async def known(self, name: str) -> Endpoint:
        endpoint = await self.store.read(lambda tx: tx.endpoints.get(name, None))
        assert endpoint is not None
        return endpoint


@pytest.fixture
async def world(store: Store, clock: SetClock) -> AsyncIterator[World]:
    async with AsyncExitStack() as stack:
        egress = await stack.enter_async_context(Egress.open(EgressSettings(allow_loopback=True)))
        yield World(store, egress, clock, stack)


async def until_true(condition: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    async with asyncio.timeout(seconds):
        while not await condition():
            await asyncio.sleep(0.01)


async def test_a_delivery_arrives_signed_and_is_kept(world: World) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    assert await world.deliver().once() == 1
    (received,) = inbox.received
    delivery = await world.delivery()
    assert (received.method, received.fault, received.id) == ("POST", "", delivery.id)
    assert received.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert received.headers["content-type"] == "application/json"
    assert received.headers["user-agent"].startswith("Courant/")
    assert json.loads(received.body) == {
        "id": delivery.notice_id,
        "cursor": make_cursor(1),
        "type": "story.alerted",
        "timestamp": "2026-03-14T09:00:00Z",
        "data": {"story": {"id": "story-0"}},
    }
    assert (delivery.state, delivery.attempts, delivery.done_at) == ("sent", 1, NOW)
    assert await world.attempts() == [Attempt(delivery.id, 1, NOW, "sent", 204, 0, endpoint_id="a")]
    assert await world.deliver().once() == 0


async def test_a_failed_delivery_comes_again_under_the_same_id_with_a_new_timestamp(world: World) -> None:
    inbox = await world.inbox(Answer(500, body=b"sorry"))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    deliver = world.deliver()
    await deliver.once()
    assert (await world.delivery()).next_attempt_at == NOW + timedelta(seconds=5)
    assert await deliver.once() == 0
    world.clock.advance(5)
    inbox.answer = lambda received: ACCEPTED
    assert await deliver.once() == 1
    first, second = inbox.received
    assert first.id == second.id
    assert first.body == second.body
    stamps = [int(each.headers["webhook-timestamp"]) for each in inbox.received]
    assert stamps[1] - stamps[0] == 5
    assert not second.fault
    kept = await world.attempts()
    assert [(each.number, each.outcome, each.status) for each in kept] == [
        (1, "refused", 500),
        (2, "sent", 204),
    ]
    assert (kept[0].error, kept[0].response) == ("the endpoint answered 500", "sorry")


async def test_after_the_whole_schedule_it_is_given_up(world: World) -> None:
    inbox = await world.inbox(Answer(503))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    before = _counted("given_up")
    while (delivery := await world.delivery()).state == "waiting":
        assert delivery.next_attempt_at is not None
        world.clock.now = delivery.next_attempt_at
        assert await world.deliver().once() == 1
    assert (delivery.state, delivery.attempts, len(inbox.received)) == ("given_up", 10, 10)
    assert world.clock() - NOW == timedelta(hours=75, minutes=35, seconds=5)
    assert len({each.id for each in inbox.received}) == 1
    assert _counted("given_up") == before + 1
    assert (await world.known("a")).enabled


async def test_a_redirect_is_refused_and_not_followed(world: World) -> None:
    hop = await world.inbox()
    inbox = await world.inbox(Answer(307, headers={"location": hop.url}))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    await world.deliver().once()
    (attempt,) = await world.attempts()
    assert (attempt.outcome, attempt.status) == ("refused", 307)
    assert hop.received == []


async def test_an_endpoint_that_is_gone_is_switched_off_and_what_is_owed_to_it_waits(world: World) -> None:
    inbox = await world.inbox(Answer(410))
    await world.endpoint("a", inbox.url)
    await world.owe("a", 2)
    deliver = world.deliver(SETTINGS.model_copy(update={"per_endpoint": 1}))
    assert await deliver.once() == 1
    assert await deliver.once() == 0
    gone = await world.known("a")
    assert (gone.enabled, gone.disabled_why) == (False, "the endpoint answered 410 Gone")
    assert await world.counts() == {"given_up": 1, "waiting": 1}
    inbox.answer = lambda received: ACCEPTED
    await world.store.write(lambda tx: tx.endpoints.update(replace(gone, enabled=True)))
    assert await deliver.once() == 1


async def test_who_asks_for_time_gets_it(world: World) -> None:
    inbox = await world.inbox(Answer(429, headers={"Retry-After": "120"}))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    await world.deliver().once()
    assert (await world.delivery()).next_attempt_at == NOW + timedelta(seconds=120)


@pytest.mark.parametrize(
    "answer",
    [Answer(delay_seconds=NEVER), Answer(200, body=b"x" * 100, drip_seconds=0.05)],
    ids=["never answers", "drips"],
)
async def test_a_receiver_that_does_not_finish_is_left_when_its_time_is_up(world: World, answer: Answer) -> None:
    inbox = await world.inbox(answer)
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    async with asyncio.timeout(60):
        await world.deliver(SETTINGS.model_copy(update={"total_seconds": 0.5})).once()
    (attempt,) = await world.attempts()
    assert (attempt.outcome, attempt.status) == ("unreachable", None)
    assert attempt.error.startswith("timeout: ")
    assert (await world.delivery()).next_attempt_at == NOW + timedelta(seconds=60)


async def test_a_huge_answer_is_not_read(world: World) -> None:
    inbox = await world.inbox(Answer(200, endless_bytes=2**30))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    tracemalloc.start()
    try:
        await world.deliver().once()
        assert tracemalloc.get_traced_memory()[1] < 20 * 2**20
    finally:
        tracemalloc.stop()
    (attempt,) = await world.attempts()
    assert (attempt.outcome, attempt.response) == ("sent", "x" * 1000)


async def test_a_broken_connection_and_a_dead_port_are_unreachable(world: World) -> None:
    inbox = await world.inbox(Answer(reset=True))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    await world.deliver().once()
    world.clock.advance(5)
    async with Inbox([SECRET]).open() as closed:
        url = closed.url
    await world.store.write(lambda tx: tx.endpoints.update(an_endpoint(id="a", url=url)))
    await world.deliver().once()
    assert [each.outcome for each in await world.attempts()] == ["unreachable", "unreachable"]
    assert (await world.known("a")).failures == 1  # written anew with the URL, then failed once


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"url": "http://10.0.0.1/"}, "address: "),
        ({"url": "pigeon://loft"}, "channel: "),
        ({"url": "http://127.0.0.1:9/", "secret": "whsec_short"}, "secret: "),
    ],
)
async def test_what_cannot_be_sent_is_an_attempt_too(world: World, given: dict[str, str], error: str) -> None:
    await world.endpoint("a", **given)
    await world.owe("a")
    assert await world.deliver().once() == 1
    (attempt,) = await world.attempts()
    assert attempt.outcome == "unreachable"
    assert attempt.error.startswith(error)
    assert "whsec_short" not in attempt.error
    assert (await world.delivery()).state == "waiting"


async def test_an_endpoint_that_only_fails_for_five_days_is_switched_off(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await world.endpoint("a", inbox.url)
    deliver = world.deliver()
    for _ in range(11):
        await world.owe("a")
        assert (await world.known("a")).enabled
        await deliver.once()
        world.clock.advance(12 * 3600)
    off = await world.known("a")
    assert not off.enabled
    assert off.disabled_why.endswith("attempts failed since 2026-03-14 09:00 UTC")
    assert await deliver.once() == 0


async def test_one_success_keeps_an_endpoint_on(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await world.endpoint("a", inbox.url, failures=40, failing_since=NOW - timedelta(days=30))
    inbox.answer = lambda received: ACCEPTED
    await world.owe("a")
    await world.deliver().once()
    assert (await world.known("a")).failures == 0
    assert (await world.known("a")).failing_since is None


async def test_after_a_crash_between_sending_and_recording_the_same_id_comes_again(world: World) -> None:
    inbox = await world.inbox(Answer(delay_seconds=NEVER))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    crashing = asyncio.create_task(world.deliver().run(asyncio.Event()))
    inbox.tell = lambda received: crashing.cancel()  # type: ignore[assignment]  # the answer is of no use
    with pytest.raises(asyncio.CancelledError):
        await crashing
    assert len(inbox.received) == 1
    inbox.answer, inbox.tell = lambda received: ACCEPTED, lambda received: None
    assert await world.deliver().once() == 0, "somebody may still be sending it"
    world.clock.advance(SETTINGS.lease_seconds)
    assert await world.deliver().once() == 1
    assert len({each.id for each in inbox.received}) == 1
    assert (await world.delivery()).state == "sent"


async def test_while_the_database_is_away_nothing_is_lost_or_sent_twice(world: World) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url)
    await world.owe("a", 30)
    store, until = Away(world.store), asyncio.Event()
    inbox.tell = lambda received: store.go_away(3)
    running = asyncio.create_task(world.deliver(store=store).run(until))
    await until_true(lambda: _all_sent(world, 30))
    until.set()
    await running
    assert store.refused > 3
    assert Counter(Counter(each.id for each in inbox.received).values()) == {1: 30}


async def test_two_deliverers_share_the_work_and_send_nothing_twice(world: World) -> None:
    inbox = await world.inbox()
    for name in "abcdefgh":
        await world.endpoint(name, inbox.url + name)
        await world.owe(name, 30)
    until = asyncio.Event()
    running = [asyncio.create_task(world.deliver().run(until)) for _ in range(2)]
    await until_true(lambda: _all_sent(world, 240))
    until.set()
    await asyncio.gather(*running)
    assert Counter(Counter(each.id for each in inbox.received).values()) == {1: 240}


async def test_a_receiver_that_hangs_does_not_hold_up_the_others(world: World) -> None:
    hanging, at_once = await world.inbox(Answer(delay_seconds=NEVER)), []
    inbox = await world.inbox()
    await world.endpoint("hanging", hanging.url)
    await world.owe("hanging", 2000)
    world.clock.advance(1)  # the others come after it
    for number in range(20):
        await world.endpoint(f"well-{number}", inbox.url)
        await world.owe(f"well-{number}", 10)
    hanging.tell = lambda received: at_once.append(received)
    settings = SETTINGS.model_copy(update={"concurrency": 8, "total_seconds": 200, "lease_seconds": 300})
    running = asyncio.create_task(world.deliver(settings).run(asyncio.Event()))
    await until_true(lambda: _all_sent(world, 200))  # without waiting for the one that hangs
    assert len(at_once) == SETTINGS.per_endpoint
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_what_is_resent_arrives_under_the_same_id(world: World) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    await world.deliver().once()
    sent = await world.delivery()
    world.clock.advance(60)
    await world.store.write(lambda tx: tx.deliveries.resend(sent.id, None, world.clock()))
    assert await world.deliver().once() == 1
    assert [each.id for each in inbox.received] == [sent.id, sent.id]
    assert [each.number for each in await world.attempts()] == [1, 2]


async def test_told_to_stop_it_finishes_what_is_in_hand_and_takes_no_more(world: World) -> None:
    until = asyncio.Event()
    inbox = await world.inbox(Answer(delay_seconds=0.2))
    inbox.tell = lambda received: until.set()
    await world.endpoint("a", inbox.url)
    await world.owe("a", 20)
    await asyncio.wait_for(world.deliver().run(until), 60)
    assert await world.counts() == {"sent": SETTINGS.per_endpoint, "waiting": 20 - SETTINGS.per_endpoint}
    assert len(inbox.received) == SETTINGS.per_endpoint


async def test_each_attempt_is_counted_by_its_outcome(world: World) -> None:
    before = {word: _counted(word) for word in ("sent", "refused", "unreachable")}
    answers = [ACCEPTED, Answer(500), Answer(reset=True)]
    for number, answer in enumerate(answers):
        inbox = await world.inbox(answer)
        await world.endpoint(f"e{number}", inbox.url)
        await world.owe(f"e{number}")
    await world.deliver().once()
    assert {word: _counted(word) - count for word, count in before.items()} == dict.fromkeys(before, 1)


def test_a_lease_shorter_than_an_attempt_is_refused(sqlite_store: Store) -> None:
    settings = DeliverSettings(total_seconds=90, lease_seconds=90)
    with pytest.raises(Misconfigured, match="lease_seconds"):
        Deliver(sqlite_store, None, settings, SetClock(), lambda: 0.0)  # type: ignore[arg-type]  # not reached


async def test_the_time_from_sighting_to_delivery_is_measured(world: World) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url)
    seen = (NOW - timedelta(seconds=42)).isoformat()
    raised = an_alert(topic_id="t", payload={"times": {"seen": seen}})
    await world.store.write(lambda tx: tx.alerts.raise_alerts([raised], {"t": ["a"]}, NOW))
    before = telemetry.LATENCY._sum.get()
    await world.deliver().once()
    assert telemetry.LATENCY._sum.get() - before == pytest.approx(42)


async def test_a_record_repeated_after_a_doubtful_commit_counts_a_failure_once(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await world.endpoint("a", inbox.url)
    await world.owe("a")
    store = Away(world.store)
    inbox.tell = lambda received: store.commit_and_go_away()
    deliver = world.deliver(store=store)
    with pytest.raises(Outage):
        await deliver.once()
    await deliver.once()
    assert (await world.known("a")).failures == 1
    assert [each.number for each in await world.attempts()] == [1]


class Away:
    """A store that is away now and then."""

    def __init__(self, store: Store) -> None:
        self.store, self.away, self.refused, self.doubtful = store, 0, 0, False

    def go_away(self, times: int) -> None:
        self.away = times

    def commit_and_go_away(self) -> None:
        self.doubtful = True

    async def write(self, function: Any, *args: Any) -> Any:
        if self.away:
            self.away -= 1
            self.refused += 1
            raise Outage("the database does not answer")
        done = await self.store.write(function, *args)
        if self.doubtful:
            self.doubtful = False
            raise Outage("the database went away")
        return done


async def _all_sent(world: World, count: int) -> bool:
    return (await world.counts()).get("sent", 0) >= count


def _counted(outcome: str) -> float:
    return float(telemetry.OUTCOMES.labels("deliver", outcome)._value.get())
