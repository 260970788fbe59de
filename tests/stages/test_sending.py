"""How each endpoint wants to be sent to, against real receivers: keys, pace, order, rest, and what it missed."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from consumers.deliver import Deliver
from consumers.deliver.recover import Recover
from consumers.deliver.reseal import reseal
from consumers.demo.inbox import ACCEPTED, Answer, Received
from service.cursors import read_cursor
from service.endpoint_addresses import opened_address
from service.endpoint_keys import keyed, rotated, signers
from service.errors import Conflict
from service.model import MAIN, Endpoint, HubSubscription, Recovery, Subscription, alert_id, fresh_id
from service.sealing import Ring
from service.signing import WebhookVerificationError, verify
from service.store import Transaction
from service.store.managed import Held
from tests.builders import NOW, a_topic, an_alert, an_endpoint
from tests.stages.test_deliver import SETTINGS, World, world
from tests.stores import sqlite_only

store = sqlite_only  # what differs between databases is asked of both in tests/contract

RING = Ring([("1", b"k" * 32)])
__all__ = ["world"]


def sealed(world: World) -> Deliver:
    return Deliver(world.store, world.egress, SETTINGS, world.clock, lambda: 0.0, RING)


async def subscribed(world: World, url: str, **terms: Any) -> Endpoint:
    endpoint = await world.endpoint("a", url, **terms)

    def join(tx: Transaction) -> None:
        tx.topics.add(a_topic(id="t", name="t"))
        tx.subscriptions.add(Subscription("sb", "t", "a", NOW))

    await world.store.write(join)
    return endpoint


async def alerted(world: World, *stories: str) -> None:
    raised = [
        an_alert(id=alert_id("t", each), topic_id="t", story_id=each, created_at=world.clock()) for each in stories
    ]
    await world.store.write(lambda tx: tx.alerts.raise_alerts(raised, {"t": ["a"]}, world.clock()))


def sequences(received: list[Received]) -> list[int]:
    return [json.loads(each.body)["data"]["sequence"] for each in received]


def checks(received: Received, key: str) -> bool:
    try:
        verify(received.body, received.headers, key, now=received.at)
    except WebhookVerificationError:
        return False
    return True


async def test_secrets_are_not_in_the_database_and_sign_all_the_same(world: World) -> None:
    inbox = await world.inbox()
    new = keyed(an_endpoint(id="a", url=inbox.url, signature="both"), RING)
    await world.store.write(lambda tx: tx.endpoints.add(new.endpoint))
    await world.owe("a")
    await sealed(world).once()
    (received,) = inbox.received
    assert checks(received, new.secret)
    assert checks(received, new.endpoint.public_key)
    dump = await world.store.read(lambda tx: repr(tx.connection.exec_driver_sql("select * from endpoints").all()))
    assert new.secret not in dump
    assert new.secret.removeprefix("whsec_") not in dump
    assert "whsk_" not in dump


async def test_while_a_secret_is_changed_both_verify_and_then_only_the_new_one(world: World) -> None:
    inbox = await world.inbox()
    old = keyed(an_endpoint(id="a", url=inbox.url), RING)
    await world.store.write(lambda tx: tx.endpoints.add(old.endpoint))
    new = rotated(old.endpoint, RING, world.clock(), 60)
    await world.store.write(lambda tx: tx.endpoints.update(new.endpoint))
    for seconds, both in ((0, True), (59, True), (1, False)):
        world.clock.advance(seconds)
        await world.owe("a")
        await sealed(world).once()
        received = inbox.received[-1]
        assert checks(received, new.secret)
        assert checks(received, old.secret) == both
        assert len(received.headers["webhook-signature"].split(" ")) == (2 if both else 1)


async def test_what_was_kept_in_the_clear_or_with_an_older_key_is_sealed_with_the_newest(world: World) -> None:
    plain = await world.endpoint("a", "http://127.0.0.1:9/")
    older = keyed(an_endpoint(id="b"), RING)
    await world.store.write(lambda tx: tx.endpoints.add(rotated(older.endpoint, RING, NOW, 60).endpoint))
    newest = Ring([("2", b"n" * 32), ("1", b"k" * 32)])
    assert await reseal(world.store, newest) == 2
    assert await reseal(world.store, newest) == 0
    alone = Ring([("2", b"n" * 32)])
    assert signers(await world.known("a"), alone, NOW) == [plain.secret]
    assert signers(await world.known("b"), alone, NOW)[1] == older.secret


def test_ten_former_secrets_sign_at_most() -> None:
    endpoint = keyed(an_endpoint(), RING).endpoint
    for _ in range(10):
        endpoint = rotated(endpoint, RING, NOW, 60).endpoint
    with pytest.raises(Conflict, match="wait"):
        rotated(endpoint, RING, NOW, 60)
    rotated(endpoint, RING, NOW + timedelta(seconds=61), 60)


async def test_a_secret_that_cannot_be_opened_is_an_attempt_and_shows_nothing(world: World) -> None:
    new = keyed(an_endpoint(id="a"), Ring([("lost", b"l" * 32)]))
    await world.store.write(lambda tx: tx.endpoints.add(new.endpoint))
    await world.owe("a")
    await sealed(world).once()
    (attempt,) = await world.attempts()
    assert (attempt.error, attempt.error_class) == ("secret: the endpoint's secret cannot be opened", "secret")


async def test_an_endpoint_has_its_own_schedule(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await world.endpoint("a", inbox.url, schedule=(0.0, 7.0))
    await world.owe("a")
    await world.deliver().once()
    (attempt,) = await world.attempts()
    assert attempt.next_attempt_at == (await world.delivery()).next_attempt_at == NOW + timedelta(seconds=7)
    world.clock.advance(7)
    await world.deliver().once()
    assert (await world.delivery()).state == "given_up"


async def test_what_comes_by_a_subscription_is_numbered_without_a_gap(world: World) -> None:
    inbox = await world.inbox()
    await subscribed(world, inbox.url)
    await alerted(world, "s1", "s2")
    await alerted(world, "s2", "s3")
    await world.deliver().once()
    assert sorted(sequences(inbox.received)) == [1, 2, 3]
    by_cursor = sorted((json.loads(each.body) for each in inbox.received), key=lambda body: read_cursor(body["cursor"]))
    assert [body["data"]["sequence"] for body in by_cursor] == [1, 2, 3]
    assert {body["data"]["subscription_id"] for body in by_cursor} == {"sb"}


async def test_in_order_the_next_waits_until_the_one_before_is_taken(world: World) -> None:
    refused: list[Callable[[Received], Answer]] = [lambda received: Answer(500)]
    inbox = await world.inbox(lambda received: refused.pop()(received) if refused else ACCEPTED)
    await subscribed(world, inbox.url, ordering="fifo")
    await alerted(world, "s1", "s2", "s3")
    deliver = world.deliver()
    assert [await deliver.once() for _ in range(2)] == [1, 0]
    world.clock.advance(5)
    assert [await deliver.once() for _ in range(4)] == [1, 1, 1, 0]
    assert sequences(inbox.received) == [1, 1, 2, 3]


async def test_an_endpoint_that_only_fails_rests_and_its_deliveries_spend_no_attempts(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await world.endpoint("a", inbox.url)
    await world.owe("a", 30)
    deliver = world.deliver()
    while await deliver.once():
        pass
    resting = await world.known("a")
    assert resting.open_until == NOW + timedelta(seconds=60)
    made = len(inbox.received)
    assert 10 <= made < 30
    world.clock.advance(59)
    assert await deliver.once() == 0
    world.clock.advance(1)
    assert await deliver.once() == 1, "one tries whether it is well again"
    assert (await world.known("a")).open_until == world.clock() + timedelta(seconds=120)
    inbox.answer = lambda received: ACCEPTED
    world.clock.advance(120)
    assert await deliver.once() == 1
    assert (await world.known("a")).open_until is None
    while await deliver.once():
        pass
    assert sum(each.attempts for each in await world.deliveries()) == len(inbox.received)


async def test_a_rate_is_kept(world: World) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url, max_per_second=2.0)
    await world.owe("a", 50)
    deliver = world.deliver()
    for _ in range(40):
        world.clock.advance(0.25)
        await deliver.once()
    assert 18 <= len(inbox.received) <= 21


async def test_what_is_about_to_happen_to_an_endpoint_is_told(world: World) -> None:
    inbox, other = await world.inbox(Answer(503)), await world.inbox()
    await world.endpoint("a", inbox.url)
    await world.endpoint("b", other.url, notices=("endpoint.*",))
    deliver = world.deliver()
    for _ in range(12):
        await world.owe("a")
        await deliver.once()
        world.clock.advance(12 * 3600)
    await deliver.once()
    told = [json.loads(each.body) for each in other.received]
    assert [each["type"] for each in told] == ["endpoint.failing", "endpoint.failing", "endpoint.disabled"]
    assert [each["data"].get("passed_percent") for each in told] == [50, 90, None]
    assert told[-1]["data"]["last_status"] == 503
    assert told[-1]["data"]["first_failure_at"] == "2026-03-14T09:00:00+00:00"
    assert told[-1]["data"]["endpoint"] == {"id": "a", "host": "127.0.0.1"}


async def test_what_failed_is_recovered_in_order(world: World) -> None:
    inbox = await world.inbox(Answer(500))
    await subscribed(world, inbox.url, ordering="fifo", schedule=(0.0,))
    await alerted(world, "s1", "s2", "s3")
    deliver = world.deliver()
    while await deliver.once():
        pass
    assert await world.counts() == {"given_up": 3}
    inbox.answer = lambda received: ACCEPTED
    world.clock.advance(3600)
    await recovered(world, "failed")
    while await deliver.once():
        pass
    assert sequences(inbox.received) == [1, 2, 3, 1, 2, 3]
    assert inbox.received[0].id == inbox.received[3].id
    assert await world.counts() == {"sent": 3}


async def test_what_was_never_owed_is_recovered(world: World) -> None:
    inbox = await world.inbox()
    await subscribed(world, inbox.url)
    raised = [an_alert(id=alert_id("t", "old"), topic_id="t", story_id="old", created_at=world.clock())]
    await world.store.write(lambda tx: tx.alerts.raise_alerts(raised, {}, world.clock()))
    await alerted(world, "new")
    await world.deliver().once()
    await recovered(world, "missing")
    await recovered(world, "missing")
    await world.deliver().once()
    assert sequences(inbox.received) == [1, 2]


async def recovered(world: World, only: Any) -> None:
    since = NOW - timedelta(days=1)
    asked = Recovery(fresh_id(world.clock()), "a", only, since, world.clock(), world.clock(), "main")
    kept = await world.store.write(lambda tx: tx.recoveries.add(asked))
    runner = Recover(world.store, world.clock)
    while not await runner.once():
        pass
    done = await world.store.read(lambda tx: tx.recoveries.get(kept.id))
    assert done is not None
    assert (done.state, done.progress) == ("done", 1.0)


async def test_what_is_old_and_done_is_forgotten_and_what_waits_is_not(world: World) -> None:
    inbox = await world.inbox()
    await world.endpoint("a", inbox.url)
    await world.owe("a", 3)
    await world.deliver(SETTINGS.model_copy(update={"per_endpoint": 2})).once()
    later = NOW + timedelta(days=90)
    assert await world.store.write(lambda tx: tx.deliveries.prune(NOW)) == 0
    assert await world.store.write(lambda tx: tx.deliveries.prune(later)) == 2
    (left,) = await world.deliveries()
    assert left.state == "waiting"
    kept = await world.store.read(lambda tx: tx.connection.exec_driver_sql("select count(*) from attempts").scalar())
    assert kept == 0


async def test_addresses_and_secrets_of_hubs_kept_in_the_clear_are_sealed_too(world: World) -> None:
    slack, hub = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "https://hub.test/"
    subscription = HubSubscription.new("feed", hub, "https://gazette.test/", "https://courant.test", NOW)
    held = Held(MAIN, "endpoint", "desk", "a", "files", {"url": slack}, NOW)
    await world.endpoint("a", slack)
    await world.store.write(lambda tx: (tx.websub.add(subscription), tx.managed.put([held])))
    assert await reseal(world.store, RING) == 3
    assert await reseal(world.store, RING) == 0
    (kept,) = await world.store.read(lambda tx: tx.websub.list())
    (named,) = await world.store.read(lambda tx: tx.managed.endpoints())
    assert subscription.secret not in kept.secret
    assert subscription.token not in repr((kept.token, kept.token_hash))
    assert kept.opened(RING) == subscription
    assert await world.store.read(lambda tx: tx.websub.by_token(subscription.token)) == kept
    for url in (named.applied["url"], (await world.known("a")).url):
        assert "TIiajkdn" not in url
        assert opened_address(url, "a", RING) == slack
