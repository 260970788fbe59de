"""What the store promises about alerts and deliveries, on both databases."""

import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from service.errors import NotFound
from service.model import MAIN, Alert, Attempt, Delivery, DeliveryState, Due, Endpoint, Tried, alert_id, delivery_id
from service.store import Store, Transaction
from service.store.delivering import Wanted
from service.store.delivery_claims import Candidate, Slots, share
from tests.builders import NOW, an_alert, an_attempt, an_endpoint

LATER = NOW + timedelta(hours=1)


def endpoint(name: str, **given: Any) -> Endpoint:
    return an_endpoint(id=name, url=f"https://{name}.test/inbox", **given)


def alert(topic: str, story: str, **given: Any) -> Alert:
    return an_alert(id=alert_id(topic, story), topic_id=topic, story_id=story, **given)


@pytest.fixture
def act(store: Store) -> Callable[..., Any]:
    """Runs a function in a transaction of its own."""

    def run(function: Callable[..., Any], *args: Any) -> Any:
        with store.engine.execution_options(writes=True).begin() as connection:
            return function(Transaction(connection), *args)

    return run


Act = Callable[..., Any]


def owe(act: Act, counts: Mapping[str, int], at: datetime = NOW) -> None:
    """So many deliveries to each endpoint, due at `at`; the endpoints are made if they are missing."""

    def transact(tx: Transaction) -> None:
        for name, count in counts.items():
            if tx.endpoints.get(name, None) is None:
                tx.endpoints.add(endpoint(name))
            raised = [alert(f"topic-{name}", f"story-{number}-{at:%d%H%M%S}") for number in range(count)]
            tx.alerts.raise_alerts(raised, {f"topic-{name}": [name]}, at)

    act(transact)


def claim(
    act: Act,
    most: int = 100,
    per_endpoint: int = 4,
    now: datetime = NOW,
    busy: Mapping[str, int] | None = None,
) -> list[Due]:
    due: list[Due] = act(lambda tx: tx.deliveries.claim_due(now, most, 90, per_endpoint, busy or {}))
    return due


def tried(due: Due, state: DeliveryState = "sent", at: datetime = NOW, **given: Any) -> Tried:
    number = due.delivery.attempts + 1
    outcome = "sent" if state == "sent" else "refused"
    attempt = an_attempt(delivery_id=due.delivery.id, number=number, at=at, outcome=outcome)
    return Tried(replace(attempt, next_attempt_at=given.get("next_attempt_at")), state)


def open_endpoints(act: Act, *names: str, account_id: str = MAIN) -> None:
    for name in names:
        act(lambda tx, name=name: tx.endpoints.add(endpoint(name, account_id=account_id)))


def only_delivery(act: Act) -> Delivery:
    (delivery,) = act(lambda tx: tx.deliveries.list())
    assert isinstance(delivery, Delivery)
    return delivery


# --- raising


def test_a_new_alert_is_kept_with_a_delivery_to_each_endpoint(act: Act) -> None:
    open_endpoints(act, "one", "two", "three")
    raised = alert("topic", "story", payload={"story": {"id": "story", "title": "Паром"}, "n": [1, None]})
    new = act(lambda tx: tx.alerts.raise_alerts([raised], {"topic": ["one", "two"], "other": ["three"]}, NOW))
    assert new == [raised]
    assert act(lambda tx: tx.alerts.get_alert(raised.id, None)) == raised
    owed = act(lambda tx: tx.deliveries.list(Wanted(None, notice_id=raised.id)))
    assert {each.endpoint_id for each in owed} == {"one", "two"}
    assert {(each.state, each.attempts, each.next_attempt_at) for each in owed} == {("waiting", 0, NOW)}


def test_raising_again_changes_nothing_and_gives_only_what_is_new(act: Act) -> None:
    open_endpoints(act, "a", "b")
    first, second = alert("topic", "one"), alert("topic", "two")
    act(lambda tx: tx.alerts.raise_alerts([first], {"topic": ["a"]}, NOW))
    again = alert("topic", "one", created_at=LATER)
    new = act(lambda tx: tx.alerts.raise_alerts([again, second, second], {"topic": ["a", "b"]}, LATER))
    assert new == [second]
    assert act(lambda tx: tx.alerts.get_alert(first.id, None)) == first
    owed = act(lambda tx: tx.deliveries.list())
    assert Counter(each.notice_id for each in owed) == {first.id: 1, second.id: 2}


def test_an_alert_without_subscribers_owes_nothing(act: Act) -> None:
    assert len(act(lambda tx: tx.alerts.raise_alerts([alert("topic", "story")], {}, NOW))) == 1
    assert act(lambda tx: tx.deliveries.list()) == []
    assert act(lambda tx: tx.alerts.raise_alerts([], {}, NOW)) == []


def test_no_alert_goes_to_an_endpoint_of_another_account_or_to_one_that_is_gone(act: Act) -> None:
    open_endpoints(act, "own")
    open_endpoints(act, "another", account_id="acme")
    raised = [alert("topic", "story"), alert("theirs", "story", account_id="acme")]
    to = {"topic": ["own", "another", "gone"], "theirs": ["own", "another", "gone"]}
    act(lambda tx: tx.alerts.raise_alerts(raised, to, NOW))
    owed = act(lambda tx: tx.deliveries.list())
    assert {(each.notice_id, each.endpoint_id, each.account_id) for each in owed} == {
        (raised[0].id, "own", MAIN),
        (raised[1].id, "another", "acme"),
    }
    for account, own in ((MAIN, raised[0]), ("acme", raised[1])):
        assert act(lambda tx, a=account: tx.alerts.list_alerts(a)) == [own]
        assert [each.id for each in act(lambda tx, a=account: tx.notices.list(a))] == [own.id]
        assert [each.notice_id for each in act(lambda tx, a=account: tx.deliveries.list(Wanted(a)))] == [own.id]


def test_the_first_attempt_may_be_delayed(act: Act) -> None:
    open_endpoints(act, "a")
    act(lambda tx: tx.alerts.raise_alerts([alert("topic", "story")], {"topic": ["a"]}, NOW, 30))
    assert only_delivery(act).next_attempt_at == NOW + timedelta(seconds=30)


def test_ids_follow_from_what_they_stand_for() -> None:
    assert alert_id("topic", "article") == alert_id("topic", "article") != alert_id("topica", "rticle")
    assert re.fullmatch(r"al_[0-9a-f]{20}", alert_id("topic", "article"))
    ids = {delivery_id(f"al_{number}", "endpoint") for number in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch(r"msg_[0-9A-Za-z]{27}", id) for id in ids)


def test_two_who_raise_the_same_alerts_at_once_raise_them_once(store: Store, act: Act) -> None:
    open_endpoints(act, "a")
    raised = [alert("topic", f"story-{number}") for number in range(50)]
    start = threading.Barrier(4)

    def raise_them(turn: int) -> int:
        start.wait(60)
        mine = raised if turn % 2 else raised[::-1]
        return len(act(lambda tx: tx.alerts.raise_alerts(mine, {"topic": ["a"]}, NOW)))

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(raise_them, range(4))) == 50
    assert act(lambda tx: tx.deliveries.counts()) == {"waiting": 50}
    assert act(lambda tx: tx.deliveries.waiting()) == 50


def test_an_alert_whose_article_is_in_no_story_stays_with_its_own(act: Act) -> None:
    raised = [alert("a", "one"), alert("b", "one"), alert("a", "two"), alert("a", "three")]
    act(lambda tx: tx.alerts.raise_alerts(raised, {}, NOW))
    many = {"heir": {"one", *(f"other-{number}" for number in range(1200))}, "two": set[str]()}
    found = act(lambda tx: tx.alerts.standing(many))
    assert {story: {each.id for each in some} for story, some in found.items()} == {
        "heir": {raised[0].id, raised[1].id},
        "two": {raised[2].id},
    }
    assert act(lambda tx: tx.alerts.standing({})) == {}


# --- claiming


def test_a_claim_holds_all_that_the_channel_needs(act: Act) -> None:
    to = endpoint("a", failures=2, failing_since=NOW)
    raised = alert("topic", "story", payload={"story": {"title": "Паром"}})
    act(lambda tx: tx.endpoints.add(to))
    act(lambda tx: tx.alerts.raise_alerts([raised], {"topic": ["a"]}, NOW))
    (due,) = claim(act)
    assert (due.endpoint, due.type, due.timestamp, due.data) == (to, "story.alerted", NOW, raised.payload)
    assert due.delivery == only_delivery(act)


def test_what_is_claimed_is_nobody_elses_until_the_lease_ends(act: Act) -> None:
    owe(act, {"a": 2})
    assert len(claim(act)) == 2
    assert claim(act) == []
    assert claim(act, now=NOW + timedelta(seconds=89)) == []
    assert len(claim(act, now=NOW + timedelta(seconds=90))) == 2


def test_what_is_not_due_yet_is_left(act: Act) -> None:
    owe(act, {"a": 1}, at=LATER)
    assert claim(act, now=LATER - timedelta(microseconds=1)) == []
    assert len(claim(act, now=LATER)) == 1


def test_deliveries_of_an_endpoint_switched_off_or_removed_wait(act: Act) -> None:
    owe(act, {"a": 1, "b": 1, "c": 1})
    act(lambda tx: tx.endpoints.update(endpoint("a", enabled=False)))
    act(lambda tx: tx.endpoints.remove("b", None))
    assert [due.endpoint.id for due in claim(act)] == ["c"]
    act(lambda tx: tx.endpoints.update(endpoint("a", enabled=True)))
    assert [due.endpoint.id for due in claim(act)] == ["a"]


def test_no_endpoint_gets_more_at_once_than_it_may_counting_those_in_hand(act: Act) -> None:
    owe(act, {"a": 10, "b": 10})
    claimed = claim(act, per_endpoint=4, busy={"a": 3, "c": 9})
    assert Counter(due.endpoint.id for due in claimed) == {"a": 1, "b": 4}


def test_a_queue_of_thousands_does_not_hold_up_the_others(act: Act) -> None:
    owe(act, {"long": 3000}, at=NOW - timedelta(hours=5))
    owe(act, {"a": 1, "b": 2}, at=NOW)
    claimed = claim(act, most=4)
    assert Counter(due.endpoint.id for due in claimed) == {"long": 2, "a": 1, "b": 1}


def test_the_longest_due_goes_first(act: Act) -> None:
    owe(act, {"a": 1}, at=NOW - timedelta(hours=1))
    owe(act, {"b": 1}, at=NOW - timedelta(hours=3))
    owe(act, {"c": 1}, at=NOW - timedelta(hours=2))
    assert [due.endpoint.id for due in claim(act, most=2)] == ["b", "c"]


@pytest.mark.parametrize("most", [0, -1])
def test_without_a_free_slot_nothing_is_claimed(act: Act, most: int) -> None:
    owe(act, {"a": 1})
    assert claim(act, most=most) == []


def test_what_is_released_is_due_at_once(act: Act) -> None:
    owe(act, {"a": 2})
    first, _ = claim(act)
    act(lambda tx: tx.deliveries.release([first.delivery.id]))
    assert [due.delivery.id for due in claim(act)] == [first.delivery.id]


def test_claims_at_the_same_moment_never_overlap(act: Act) -> None:
    owe(act, {f"endpoint-{number}": 30 for number in range(10)})
    start = threading.Barrier(4)

    def claim_some(_: int) -> list[str]:
        start.wait(60)
        return [due.delivery.id for _ in range(10) for due in claim(act, most=10)]

    with ThreadPoolExecutor(4) as pool:
        claimed = [id for ids in pool.map(claim_some, range(4)) for id in ids]
    assert len(claimed) == len(set(claimed))
    assert len(claimed) + len(claim(act, most=1000, per_endpoint=1000)) == 300


@pytest.mark.parametrize("rate", [0.3, 7.0])
def test_no_ten_seconds_have_a_twentieth_more_than_the_rate_asked_for(act: Act, rate: float) -> None:
    """Whoever claims comes in uneven steps, and once stays away for a while."""
    act(lambda tx: tx.endpoints.add(endpoint("a", max_per_second=rate, max_in_flight=100)))
    owe(act, {"a": 200})
    starts, now = list[datetime](), NOW
    for turn in range(60):
        dues = claim(act, per_endpoint=100, now=now)
        starts += [due.start_at for due in dues if due.start_at]
        act(lambda tx, done=dues: tx.deliveries.record([tried(each) for each in done]))
        now += timedelta(seconds=5 if turn == 40 else (0.1, 0.7)[turn % 2])
    most = max(sum(start <= each < start + timedelta(seconds=10) for each in starts) for start in starts)
    assert 0.9 * 10 * rate <= most <= 1.05 * 10 * rate


# --- sharing, as a rule


def candidates(**counts: int) -> list[Candidate]:
    """So many of each endpoint, by turns; an endpoint called bad is in trouble."""
    return [
        Candidate((f"{name}-{n}",), name, troubled=name.startswith("bad"))
        for n in range(max(counts.values()))
        for name, count in counts.items()
        if n < count
    ]


def shared(found: list[Candidate], free: int, busy: Mapping[str, int] | None = None, troubled: int = 0) -> Counter[str]:
    return Counter(one.endpoint_id for one in share(found, Slots(free, 4, busy or {}), {}, troubled))


def test_each_gets_its_first_before_any_gets_its_second() -> None:
    assert shared(candidates(a=9, b=9, c=1), 5) == {"a": 2, "b": 2, "c": 1}
    assert shared(candidates(a=9, b=1), 3, {"a": 2}) == {"a": 2, "b": 1}


def test_an_endpoint_in_trouble_gets_one_at_a_time() -> None:
    assert shared(candidates(bad=9, a=9), 32) == {"bad": 1, "a": 4}
    assert shared(candidates(bad=9, a=9), 31, {"bad": 1}, troubled=1) == {"a": 4}


def test_endpoints_in_trouble_never_take_more_than_half_of_all_slots() -> None:
    troubled = {f"bad{number}": 9 for number in range(100)}
    first = shared(candidates(**troubled), 32)
    assert first.total() == 16
    busy = dict(first)
    assert shared(candidates(**{name: 9 for name in troubled if name not in busy}), 16, busy, 16) == {}
    assert shared(candidates(**troubled, a=9), 16, busy, 16) == {"a": 4}


def test_with_a_single_slot_an_endpoint_in_trouble_is_still_tried() -> None:
    assert shared(candidates(bad=1), 1) == {"bad": 1}


def test_the_database_tells_which_endpoints_in_hand_are_in_trouble(act: Act) -> None:
    for number in range(6):
        act(lambda tx, n=number: tx.endpoints.add(endpoint(f"bad-{n}", failures=3, failing_since=NOW)))
    owe(act, {f"bad-{number}": 5 for number in range(6)})
    claimed = claim(act, most=8)
    assert Counter(due.endpoint.id for due in claimed).most_common(1)[0][1] == 1
    assert len(claimed) == 4
    busy = {due.endpoint.id: 1 for due in claimed}
    assert claim(act, most=4, busy=busy) == []


# --- recording


def test_an_attempt_is_kept_and_its_delivery_done(act: Act) -> None:
    owe(act, {"a": 1})
    (due,) = claim(act)
    act(lambda tx: tx.deliveries.record([tried(due)]))
    done = only_delivery(act)
    assert (done.state, done.attempts, done.next_attempt_at) == ("sent", 1, None)
    assert done.done_at == NOW + timedelta(milliseconds=12)
    (kept,) = act(lambda tx: tx.deliveries.attempts(done.id))
    assert kept == tried(due).attempt
    assert claim(act, now=LATER) == []


def test_a_delivery_that_waits_comes_again_when_it_is_time_and_is_nobodys(act: Act) -> None:
    owe(act, {"a": 1})
    (due,) = claim(act)
    soon = NOW + timedelta(seconds=5)
    act(lambda tx: tx.deliveries.record([tried(due, "waiting", next_attempt_at=soon)]))
    assert claim(act, now=soon - timedelta(seconds=1)) == []
    (again,) = claim(act, now=soon)
    assert again.delivery.id == due.delivery.id
    assert again.delivery.attempts == 1
    act(lambda tx: tx.deliveries.record([tried(again, "given_up", at=soon)]))
    assert only_delivery(act).state == "given_up"
    assert [each.number for each in act(lambda tx: tx.deliveries.attempts(due.delivery.id))] == [1, 2]


def test_recording_twice_changes_nothing(act: Act) -> None:
    owe(act, {"a": 3})
    due = claim(act)
    results = [tried(due[0]), tried(due[1], "waiting", next_attempt_at=LATER), tried(due[2], "given_up")]
    assert act(lambda tx: tx.deliveries.record(results)) == {each.delivery.id for each in due}
    before = act(lambda tx: tx.deliveries.list())
    assert act(lambda tx: tx.deliveries.record(results)) == set()
    assert act(lambda tx: tx.deliveries.list()) == before
    assert all(len(act(lambda tx, id=each.id: tx.deliveries.attempts(id))) == 1 for each in before)


@pytest.mark.parametrize(
    ("first", "late", "state"),
    [("sent", "waiting", "sent"), ("waiting", "sent", "sent"), ("waiting", "given_up", "waiting")],
)
def test_who_comes_after_its_lease_keeps_its_attempt_and_changes_the_delivery_only_if_it_was_sent(
    act: Act, first: DeliveryState, late: DeliveryState, state: DeliveryState
) -> None:
    owe(act, {"a": 1})
    (slow,) = claim(act)
    (quick,) = claim(act, now=NOW + timedelta(seconds=91))
    at = NOW + timedelta(seconds=92)
    act(lambda tx: tx.deliveries.record([tried(quick, first, at, next_attempt_at=LATER)]))
    act(lambda tx: tx.deliveries.record([tried(slow, late)]))
    assert (only_delivery(act).state, only_delivery(act).attempts) == (state, 2)
    assert [each.at for each in act(lambda tx: tx.deliveries.attempts(slow.delivery.id))] == [at, NOW]


def test_a_delivery_that_is_gone_is_passed_over(act: Act) -> None:
    gone = Attempt("msg_gone", 1, NOW, "sent", 200, 5)
    act(lambda tx: tx.deliveries.record([Tried(gone, "sent")]))
    assert act(lambda tx: tx.deliveries.attempts("msg_gone")) == []
    act(lambda tx: tx.deliveries.record([]))


def test_recording_takes_a_large_batch(act: Act) -> None:
    owe(act, {"a": 1300})
    due = claim(act, most=2000, per_endpoint=2000)
    act(lambda tx: tx.deliveries.record([tried(each) for each in due]))
    assert act(lambda tx: tx.deliveries.counts()) == {"sent": 1300}


# --- health of endpoints


def test_only_endpoints_whose_health_changes_are_looked_at(act: Act) -> None:
    for name, failures in {"failed": 0, "failing": 4, "well": 0, "recovered": 2, "other": 7}.items():
        act(lambda tx, n=name, f=failures: tx.endpoints.add(endpoint(n, failures=f)))
    shaken = act(lambda tx: tx.deliveries.shaken(["failed", "failing"], ["well", "recovered", "unknown"]))
    assert set(shaken) == {"failed", "failing", "recovered"}
    assert shaken["failing"].failures == 4


def test_health_is_kept_and_nothing_else_of_the_endpoint_changes(act: Act) -> None:
    was = endpoint("a")
    act(lambda tx: tx.endpoints.add(was))
    ill = endpoint("a", failures=3, failing_since=NOW, enabled=False, disabled_why="gone", secret="x")
    act(lambda tx: tx.deliveries.keep_health([ill]))
    act(lambda tx: tx.deliveries.keep_health([]))
    kept = act(lambda tx: tx.endpoints.get("a", None))
    assert (kept.failures, kept.failing_since, kept.enabled, kept.disabled_why) == (3, NOW, False, "gone")
    assert kept.secret == was.secret


# --- resending, giving up


def test_resending_makes_it_due_now_under_the_same_id_and_counts_on(act: Act) -> None:
    owe(act, {"a": 1})
    (due,) = claim(act)
    act(lambda tx: tx.deliveries.record([tried(due, "given_up")]))
    again = act(lambda tx: tx.deliveries.resend(due.delivery.id, None, LATER))
    assert (again.id, again.state, again.attempts) == (due.delivery.id, "waiting", 1)
    assert (again.next_attempt_at, again.done_at) == (LATER, None)
    (second,) = claim(act, now=LATER)
    act(lambda tx: tx.deliveries.record([tried(second, at=LATER)]))
    assert [each.number for each in act(lambda tx: tx.deliveries.attempts(due.delivery.id))] == [1, 2]


def test_resending_what_is_not_there_is_not_found(act: Act) -> None:
    with pytest.raises(NotFound, match="msg_none"):
        act(lambda tx: tx.deliveries.resend("msg_none", None, NOW))


def test_what_waits_for_an_endpoint_can_be_given_up(act: Act) -> None:
    owe(act, {"a": 3, "b": 1})
    (due,) = claim(act, most=1)
    act(lambda tx: tx.deliveries.record([tried(due)]))
    assert (
        act(lambda tx: tx.deliveries.give_up_on("a", LATER)) + act(lambda tx: tx.deliveries.give_up_on("b", LATER)) == 3
    )
    assert act(lambda tx: tx.deliveries.counts()) == {"sent": 1, "given_up": 3}
    assert act(lambda tx: tx.deliveries.waiting()) == 0


# --- looking


def test_alerts_are_listed_newest_first_a_page_at_a_time(act: Act) -> None:
    raised = [
        alert("even" if n % 2 == 0 else "odd", f"story-{n}", created_at=NOW + timedelta(seconds=n // 3))
        for n in range(30)
    ]
    act(lambda tx: tx.alerts.raise_alerts(raised, {}, NOW))
    expected = sorted(raised, key=lambda each: (each.created_at, each.id), reverse=True)
    seen: list[Alert] = []
    before = None
    while page := act(lambda tx, b=before: tx.alerts.list_alerts(None, before=b, most=7)):
        seen += page
        before = (page[-1].created_at, page[-1].id)
    assert seen == expected
    odd = act(lambda tx: tx.alerts.list_alerts(None, topic_id="odd", most=100))
    assert odd == [each for each in expected if each.topic_id == "odd"]
    assert [each.id for each in act(lambda tx: tx.alerts.list_alerts(None, story_id="story-4"))] == [raised[4].id]
    assert act(lambda tx: tx.alerts.get_alert("al_none", None)) is None


def test_deliveries_are_listed_by_what_is_asked_for(act: Act) -> None:
    owe(act, {"a": 4, "b": 3})
    for due in claim(act, most=100)[:2]:
        act(lambda tx, d=due: tx.deliveries.record([tried(d)]))
    everything = act(lambda tx: tx.deliveries.list())
    for endpoint_id in (None, "a", "b"):
        for state in (None, "sent", "waiting", "given_up"):
            listed = act(lambda tx, e=endpoint_id, s=state: tx.deliveries.list(Wanted(None, e, s)))
            assert listed == [
                each for each in everything if endpoint_id in (None, each.endpoint_id) and state in (None, each.state)
            ]
    last = everything[2]
    rest = act(lambda tx: tx.deliveries.list(before=(last.created_at, last.id), most=2))
    assert rest == everything[3:5]
    assert act(lambda tx: tx.deliveries.get(last.id, None)) == last
    assert act(lambda tx: tx.deliveries.get("msg_none", None)) is None


def test_states_are_counted(act: Act) -> None:
    assert act(lambda tx: tx.deliveries.counts()) == {}
    owe(act, {"a": 1}, at=LATER)
    owe(act, {"b": 2}, at=NOW + timedelta(minutes=1))
    assert act(lambda tx: tx.deliveries.counts()) == {"waiting": 3}


def test_on_sqlite_a_claim_never_walks_through_all_deliveries(sqlite_store: Store) -> None:
    """Its planner has no statistics, and once began with the deliveries: five seconds for 20,000."""
    asked: list[tuple[str, Any]] = []
    with sqlite_store.engine.execution_options(writes=True).begin() as connection:
        listen = (connection, "before_cursor_execute", lambda *given: asked.append((given[2], given[3])))
        event.listen(*listen)
        Transaction(connection).deliveries.claim_due(NOW, 32, 90, 4, {"a": 1})
        event.remove(*listen)
        plans = [
            row.detail
            for statement, parameters in asked
            for row in connection.exec_driver_sql(f"explain query plan {statement}", parameters)
        ]
    assert any(plan.startswith("SEARCH deliveries") for plan in plans)
    assert not [plan for plan in plans if plan.startswith(("SCAN deliveries", "SCAN due"))]
