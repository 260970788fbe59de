"""What the store promises about what was missed, on both databases: places, attempts, recoveries, and forgetting."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from service import endpoint_notices
from service.model import (
    Account,
    Attempt,
    Delivery,
    DeliveryState,
    Head,
    Missed,
    Notice,
    Recovery,
    Tried,
    alert_id,
    fresh_id,
    notice_id,
)
from service.store import Store, Transaction
from tests.builders import NOW, a_subscription, a_topic, an_alert, an_attempt, an_endpoint

LATER = NOW + timedelta(hours=1)
Act = Callable[..., Any]


@pytest.fixture
def act(store: Store) -> Act:
    """Runs a function in a transaction of its own; the topic `t` goes to the endpoint `a` by the subscription `sb`."""

    def run(function: Callable[..., Any], *args: Any) -> Any:
        with store.engine.execution_options(writes=True).begin() as connection:
            return function(Transaction(connection), *args)

    def join(tx: Transaction) -> None:
        tx.topics.add(a_topic(id="t"))
        tx.endpoints.add(an_endpoint(id="a", notices=("feed.*", "topic.quarantined", "endpoint.*")))
        tx.subscriptions.add(a_subscription(id="sb", topic_id="t", endpoint_id="a"))

    run(join)
    return run


def alerted(act: Act, *stories: str, to: tuple[str, ...] = ("a",), at: datetime = NOW) -> list[Delivery]:
    """An alert of each story; gives what came by the subscription, in the order of its numbers."""
    raised = [an_alert(id=alert_id("t", each), topic_id="t", story_id=each, created_at=at) for each in stories]
    act(lambda tx: tx.alerts.raise_alerts(raised, {"t": list(to)}, at))
    placed: list[Delivery] = act(lambda tx: tx.deliveries.placed("sb", 0, 1000))
    return placed


def tried(act: Act, *deliveries: Delivery, state: DeliveryState = "given_up", at: datetime = NOW) -> None:
    outcome = "sent" if state == "sent" else "refused"
    made = [
        Tried(an_attempt(delivery_id=each.id, number=each.attempts + 1, at=at, endpoint_id="a", outcome=outcome), state)
        for each in deliveries
    ]
    act(lambda tx: tx.deliveries.record(made))


def recover(act: Act, only: Missed, since: datetime = NOW, until: datetime = LATER) -> Recovery:
    asked = Recovery(fresh_id(LATER), "a", only, since, until, LATER, "main")
    begun: Recovery = act(lambda tx: tx.recoveries.add(asked))
    return begun


def go_on(act: Act, most: int = 500) -> Recovery | None:
    after: Recovery | None = act(lambda tx: tx.recoveries.go_on(LATER, most))
    return after


def head(act: Act) -> Head:
    found: Head = act(lambda tx: tx.deliveries.head(tx.subscriptions.get("sb", None)))
    return found


def test_the_head_knows_the_last_number_and_up_to_which_all_were_taken(act: Act) -> None:
    assert head(act) == Head("sb", 0, 0, 0, 0)
    first, second, third, fourth = alerted(act, "s1", "s2", "s3", "s4")
    assert head(act) == Head("sb", 4, 0, 4, 0)
    tried(act, first, second, fourth, state="sent")
    tried(act, third)
    assert head(act) == Head("sb", 4, 2, 0, 1)
    tried(act, replace(third, attempts=1), state="sent", at=LATER)
    assert head(act) == Head("sb", 4, 4, 0, 0)


def test_what_came_by_a_subscription_is_in_order_and_without_a_gap(act: Act) -> None:
    alerted(act, "s1", "s2")
    placed = alerted(act, "s3", at=LATER)
    assert [each.sequence for each in placed] == [1, 2, 3]
    assert act(lambda tx: tx.deliveries.placed("sb", 1, 1)) == [placed[1]]
    assert act(lambda tx: tx.deliveries.placed("sb", 3, 10)) == []
    assert act(lambda tx: tx.deliveries.placed("another", 0, 10)) == []


def test_attempts_at_an_endpoint_are_listed_newest_first_page_by_page(act: Act) -> None:
    deliveries = alerted(act, "s1", "s2", "s3")
    tried(act, *deliveries, state="waiting")
    tried(act, *(replace(each, attempts=1) for each in deliveries), at=LATER)
    every = act(lambda tx: tx.deliveries.attempts_at("a"))
    places = [(each.at, each.delivery_id, each.number) for each in every]
    assert len(places) == 6
    assert places == sorted(places, reverse=True)
    found, before = list[Attempt](), None
    while page := act(lambda tx, before=before: tx.deliveries.attempts_at("a", before, 2)):
        found += page
        before = (page[-1].at, page[-1].delivery_id, page[-1].number)
    assert found == every
    assert act(lambda tx: tx.deliveries.attempts_at("another")) == []


def test_what_failed_is_owed_again_a_portion_at_a_time(act: Act) -> None:
    *failed, sent = alerted(act, "s1", "s2", "s3", "s4")
    tried(act, *failed)
    tried(act, sent, state="sent")
    begun = recover(act, "failed")
    assert (begun.state, begun.progress) == ("running", 0)
    steps = [go_on(act, 2), go_on(act, 2)]
    assert [(each.recovered, each.progress, each.state) for each in steps if each] == [
        (2, 0.5, "running"),
        (3, 1.0, "done"),
    ]
    assert act(lambda tx: tx.recoveries.get(begun.id)) == steps[-1]
    assert act(lambda tx: tx.recoveries.list("a")) == [steps[-1]]
    assert go_on(act) is None
    again = act(lambda tx: tx.deliveries.placed("sb", 0, 10))
    assert [each.state for each in again] == ["waiting", "waiting", "waiting", "sent"]
    assert {(each.next_attempt_at, each.attempts) for each in again[:3]} == {(LATER, 1)}


def test_only_what_was_told_in_that_time_is_recovered(act: Act) -> None:
    for hours, story in enumerate(("early", "within", "late")):
        alerted(act, story, at=NOW + timedelta(hours=hours))
    tried(act, *act(lambda tx: tx.deliveries.placed("sb", 0, 10)))
    recover(act, "failed", NOW + timedelta(minutes=30), NOW + timedelta(minutes=90))
    done = go_on(act)
    assert done is not None
    assert (done.state, done.recovered) == ("done", 1)
    states = [each.state for each in act(lambda tx: tx.deliveries.placed("sb", 0, 10))]
    assert states == ["given_up", "waiting", "given_up"]


def test_what_was_never_owed_is_owed_once_and_numbered_on(act: Act) -> None:
    alerted(act, "old", "older", to=())
    alerted(act, "new")
    for recovered in (2, 0):
        recover(act, "missing")
        done = go_on(act)
        assert done is not None
        assert (done.state, done.recovered) == ("done", recovered)
    assert [each.sequence for each in act(lambda tx: tx.deliveries.placed("sb", 0, 10))] == [1, 2, 3]
    assert head(act).sequence == 3


def test_two_recoveries_at_once_owe_what_was_missing_once_and_leave_no_gap(act: Act) -> None:
    alerted(act, *(f"s{number}" for number in range(200)), to=())
    for _ in range(2):
        recover(act, "missing")
    start = threading.Barrier(2)

    def work(_: int) -> int:
        start.wait(60)
        return sum(done.recovered for done in iter(lambda: go_on(act), None) if done.state == "done")

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(work, range(2))) == 200
    assert head(act).sequence == 200
    assert [each.sequence for each in act(lambda tx: tx.deliveries.placed("sb", 0, 300))] == [*range(1, 201)]


def test_what_is_anothers_is_never_missing(act: Act) -> None:
    """Neither of another account, nor a test of another endpoint; what concerns everybody is."""
    own = Notice(notice_id("feed.failing", "f"), "feed.failing", "f", NOW, {})
    theirs = Notice(notice_id("topic.quarantined", "x"), "topic.quarantined", "x", NOW, {}, account_id="acme")
    test = endpoint_notices.tested(an_endpoint(id="b"), NOW)

    def tell(tx: Transaction) -> None:
        tx.accounts.add(Account("acme", "Acme", NOW))
        tx.endpoints.add(an_endpoint(id="b"))
        tx.notices.tell_to([own, theirs], {}, NOW)
        tx.notices.tell_to([test], {test.id: ["b"]}, NOW)

    act(tell)
    recover(act, "missing")
    done = go_on(act)
    assert done is not None
    assert (done.state, done.recovered) == ("done", 1)
    owed = act(lambda tx: tx.deliveries.list())
    assert {(each.endpoint_id, each.notice_id) for each in owed} == {("a", own.id), ("b", test.id)}


def test_a_recovery_of_an_endpoint_that_is_gone_ends(act: Act) -> None:
    alerted(act, "s1", to=())
    recover(act, "missing")
    act(lambda tx: tx.endpoints.remove("a", None))
    done = go_on(act)
    assert done is not None
    assert (done.state, done.recovered) == ("done", 0)


def test_where_nothing_was_told_a_recovery_is_done_at_once(act: Act) -> None:
    for only in ("failed", "missing"):
        recover(act, only)
        done = go_on(act)
        assert done is not None
        assert (done.state, done.progress, done.recovered) == ("done", 1.0, 0)


def test_what_is_old_and_done_is_forgotten_with_its_attempts(act: Act) -> None:
    sent, failed, waiting = alerted(act, "s1", "s2", "s3")
    (*_, new) = alerted(act, "s4", at=LATER)
    tried(act, sent, new, state="sent")
    tried(act, failed)
    tried(act, waiting, state="waiting")
    assert act(lambda tx: tx.deliveries.prune(NOW)) == 0
    assert act(lambda tx: tx.deliveries.prune(LATER, 1)) == 1
    assert act(lambda tx: tx.deliveries.prune(LATER)) == 1
    assert act(lambda tx: tx.deliveries.prune(LATER)) == 0
    assert [each.sequence for each in act(lambda tx: tx.deliveries.placed("sb", 0, 10))] == [3, 4]
    left = act(lambda tx: tx.deliveries.attempts_at("a"))
    assert {each.delivery_id for each in left} == {waiting.id, new.id}
    assert head(act) == Head("sb", 4, 2, 1, 0)
