"""What the store promises about notices, on both databases: told once, to those who asked, in order."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from service.cursors import CursorExpired, read_cursor
from service.model import Delivery, Interest, Notice, alert_id, notice_id
from service.store import Store, Transaction
from service.store.delivering import Wanted
from tests.builders import NOW, a_feed, an_alert, an_endpoint

LATER = NOW + timedelta(hours=1)


def notice(kind: str = "feed.failing", subject: str = "feed-1", at: datetime = NOW, **payload: Any) -> Notice:
    return Notice(notice_id(kind, subject, at.isoformat()), kind, subject, at, payload)


@pytest.fixture
def act(store: Store) -> Callable[..., Any]:
    """Runs a function in a transaction of its own."""

    def run(function: Callable[..., Any], *args: Any) -> Any:
        with store.engine.execution_options(writes=True).begin() as connection:
            return function(Transaction(connection), *args)

    return run


Act = Callable[..., Any]


def listen(act: Act, **asked: tuple[str, ...]) -> None:
    for name, kinds in asked.items():
        act(lambda tx, n=name, k=kinds: tx.endpoints.add(an_endpoint(id=n, notices=k)))


def tell(act: Act, *told: Notice, now: datetime = NOW) -> list[Notice]:
    return list(act(lambda tx: tx.notices.tell(told, now)))


def owed(act: Act) -> set[tuple[str, str]]:
    deliveries: list[Delivery] = act(lambda tx: tx.deliveries.list(most=1000))
    return {(each.kind, each.endpoint_id) for each in deliveries}


def test_a_notice_is_owed_to_those_who_asked_for_its_kind_or_its_group(act: Act) -> None:
    listen(act, all=("feed.*",), one=("feed.gap", "feed.failing"), other=("feed.gap",), none=())
    told = tell(act, notice(why="Zażółć"), now=LATER)
    assert owed(act) == {("feed.failing", "all"), ("feed.failing", "one")}
    assert [each.payload for each in told] == [{"why": "Zażółć"}]
    assert act(lambda tx: tx.notices.get(told[0].id, None)) == told[0]
    assert {each.next_attempt_at for each in act(lambda tx: tx.deliveries.list())} == {LATER}


def test_a_claimed_notice_says_its_kind_and_its_time(act: Act) -> None:
    listen(act, a=("feed.*",))
    tell(act, notice("feed.silent", hours=3), now=LATER)
    (due,) = act(lambda tx: tx.deliveries.claim_due(LATER, 10, 90, 4, {}))
    assert (due.type, due.timestamp, due.data) == ("feed.silent", NOW, {"hours": 3})
    assert (due.delivery.notice_id, due.delivery.alert_id) == (notice("feed.silent").id, None)


def test_telling_twice_changes_nothing(act: Act) -> None:
    listen(act, a=("feed.*",))
    first, second = notice(), notice("feed.gap")
    assert [each.id for each in tell(act, first)] == [first.id]
    listen(act, late=("feed.*",))
    again = tell(act, notice(changed=True), second, second, now=LATER)
    assert [each.id for each in again] == [second.id]
    assert act(lambda tx: tx.notices.get(first.id, None)).payload == {}
    assert owed(act) == {("feed.failing", "a"), ("feed.gap", "a"), ("feed.gap", "late")}
    assert tell(act) == tell(act, first, second) == []


def test_an_alert_is_a_notice_with_its_own_id_that_goes_by_subscription_alone(act: Act) -> None:
    listen(act, subscriber=(), feeds=("feed.*",))
    alert = an_alert(id=alert_id("topic", "story"), topic_id="topic", story_id="story", payload={"n": 1})
    act(lambda tx: tx.alerts.raise_alerts([alert], {"topic": ["subscriber"]}, NOW))
    told = act(lambda tx: tx.notices.get(alert.id, None))
    assert (told.kind, told.subject, told.at, told.payload) == ("story.alerted", "story", NOW, {"n": 1})
    (delivery,) = act(lambda tx: tx.deliveries.list())
    assert (delivery.endpoint_id, delivery.notice_id, delivery.alert_id) == ("subscriber", alert.id, alert.id)


def test_a_long_payload_is_cut_to_twenty_thousand_bytes_and_says_so(act: Act) -> None:
    (told,) = tell(act, notice(why="ы" * 30_000, short="stays"))
    kept = act(lambda tx: tx.notices.get(told.id, None))
    assert kept == told
    assert kept.payload["short"] == "stays"
    assert kept.payload["truncated"] is True
    assert 5_000 < len(msgspec.json.encode(kept.payload)) <= 20_000


def test_notices_are_listed_by_kind_and_subject_page_by_page(act: Act) -> None:
    many = [notice("feed.gap", f"feed-{n % 2}", NOW + timedelta(minutes=n // 3)) for n in range(20)]
    tell(act, *many, notice("feed.silent", "feed-1", LATER))
    everything = act(lambda tx: tx.notices.list(None, most=100))
    assert [(each.at, each.id) for each in everything] == sorted(((e.at, e.id) for e in everything), reverse=True)
    assert {each.id for each in act(lambda tx: tx.notices.list(None, ["feed.gap"], "feed-1", most=100))} == {
        each.id for each in many if each.subject == "feed-1"
    }
    paged: list[Notice] = []
    before = None
    while page := act(lambda tx, b=before: tx.notices.list(None, before=b, most=4)):
        paged += page
        before = (page[-1].at, page[-1].id)
    assert paged == everything
    assert act(lambda tx: tx.notices.get("nt_none", None)) is None


def test_deliveries_are_listed_by_notice_and_kind(act: Act) -> None:
    listen(act, a=("feed.*",), b=("feed.gap",))
    first, second = tell(act, notice("feed.gap"), notice("feed.silent"))
    of_first = act(lambda tx: tx.deliveries.list(Wanted(None, notice_id=first.id)))
    assert {each.endpoint_id for each in of_first} == {"a", "b"}
    (of_kind,) = act(lambda tx: tx.deliveries.list(Wanted(None, kind="feed.silent")))
    assert of_kind.notice_id == second.id


def test_whoever_has_seen_a_number_has_seen_all_before_it(act: Act) -> None:
    """Eight tell at once while one reads on from the last number it saw: it must miss nothing."""
    stop, seen = threading.Event(), list[Notice]()

    def read_on() -> None:
        ended = False
        while not ended:
            ended = stop.is_set()
            while some := act(lambda tx: tx.notices.since(seen[-1].seq if seen else 0, 7)):
                seen.extend(some)

    def tell_some(turn: int) -> None:
        for n in range(10):
            tell(act, notice("feed.gap", f"feed-{turn}-{n}"), notice("feed.gap", f"shared-{n}"))

    with ThreadPoolExecutor(9) as pool:
        reading = pool.submit(read_on)
        list(pool.map(tell_some, range(8)))
        stop.set()
        reading.result()
    assert len(seen) == len({each.id for each in seen}) == 90
    assert [each.seq for each in seen] == sorted(each.seq for each in seen)


def test_a_feed_whose_news_is_pushed_is_not_silent(act: Act) -> None:
    feed = a_feed(seen=("a" * 24,), last_new_at=NOW)
    act(lambda tx: tx.feeds.add(feed))
    act(lambda tx: tx.websub.pushed(feed.id, ["a" * 24], LATER))
    assert act(lambda tx: tx.feeds.get(feed.id)).last_new_at == NOW
    act(lambda tx: tx.websub.pushed(feed.id, ["b" * 24, "a" * 24], LATER))
    assert act(lambda tx: tx.feeds.get(feed.id)).last_new_at == LATER


def heard(act: Act, seq: int, interest: Interest, most: int = 100) -> tuple[list[int], int, bool]:
    portion = act(lambda tx: tx.notices.after(seq, interest, most))
    assert portion.after == seq
    assert all(interest.covers(each) for each in portion.notices)
    return [each.seq for each in portion.notices], portion.upto, portion.complete


def test_those_of_an_interest_are_given_in_order(act: Act) -> None:
    one, other = replace(notice("feed.gap"), account_id="a"), replace(notice(), account_id="b")
    by_topic = replace(notice("story.alerted"), account_id="a", topic_id="t")
    tell(act, one, other, notice("feed.silent"), by_topic)
    assert heard(act, 0, Interest("a")) == ([1, 3, 4], 4, True)
    assert heard(act, 0, Interest("a"), 2) == ([1, 3], 3, False)
    assert heard(act, 3, Interest("a"), 1) == ([4], 4, True)
    assert heard(act, 1, Interest("b")) == ([2, 3], 4, True)
    assert heard(act, 0, Interest("b"), 2) == ([2, 3], 3, False)
    assert heard(act, 0, Interest("a", frozenset(["feed.silent", "feed.failing"]))) == ([3], 4, True)
    assert heard(act, 0, Interest("a", topic_id="t")) == ([4], 4, True)
    assert heard(act, 0, Interest("b", topic_id="t")) == ([], 4, True)
    assert heard(act, 4, Interest("a")) == ([], 4, True)
    assert act(lambda tx: tx.notices.get(by_topic.id, "a")).topic_id == "t"


def test_an_alert_says_by_which_topic_it_comes(act: Act) -> None:
    act(lambda tx: tx.alerts.raise_alerts([an_alert(topic_id="t", story_id="s")], {}, NOW))
    assert heard(act, 0, Interest("main", topic_id="t")) == ([1], 1, True)


def at(minutes: int) -> Notice:
    return notice("feed.gap", at=NOW + timedelta(minutes=minutes))


def test_old_notices_are_forgotten_in_order(act: Act) -> None:
    tell(act, at(0), at(1), at(5), at(2), at(6))

    def prune(minutes: int, most: int = 10) -> int:
        return int(act(lambda tx: tx.notices.prune(NOW + timedelta(minutes=minutes), most)))

    assert prune(0) == 0
    assert prune(3, 1) == 1
    assert prune(3) == 1
    assert prune(3) == 0  # what came later than a younger one stays with it
    with pytest.raises(CursorExpired) as gone:
        act(lambda tx: tx.notices.after(1, Interest("main")))
    assert read_cursor(gone.value.oldest) == 2
    assert heard(act, 2, Interest("main")) == ([3, 4, 5], 5, True)
    with pytest.raises(CursorExpired):
        act(lambda tx: tx.notices.after(6, Interest("main")))


def test_the_newest_is_never_forgotten_so_that_no_number_comes_twice(act: Act) -> None:
    tell(act, at(0), at(1))
    assert act(lambda tx: tx.notices.prune(LATER)) == 1
    assert act(lambda tx: tx.notices.prune(LATER)) == 0
    assert [each.seq for each in tell(act, at(2))] == [3]


def test_a_notice_stays_as_long_as_its_deliveries(act: Act) -> None:
    listen(act, a=("feed.failing",))
    tell(act, at(0), notice("feed.failing"), at(1), at(2))
    assert act(lambda tx: tx.notices.prune(LATER)) == 1
    assert heard(act, 1, Interest("main")) == ([2, 3, 4], 4, True)


def test_nothing_to_forget_is_no_trouble(act: Act) -> None:
    assert act(lambda tx: tx.notices.prune(LATER)) == 0
    assert heard(act, 0, Interest("main")) == ([], 0, True)
