"""In which order are a feed's routes asked, for how long is one avoided, and what is forgotten?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from consumers.poll.routes import MOST_AGAIN, by_route, in_order, leads_on, nowhere, served
from consumers.poll.schedule import Failure
from service.errors import Invalid
from service.model import Detour, Feed
from service.model.routes import other_routes
from service.settings import PollSettings
from tests.builders import NOW, a_feed, minutes

SETTINGS = PollSettings()
BLOCKED = Failure("unreachable", "the server answered 403 Forbidden")


def a_routed_feed(route: int = 0, again: float = 0, **given: object) -> Feed:
    detour = Detour(route, NOW, 1, minutes(again), "blocked") if route else None
    memory = {"etag": '"1"', "last_modified": "x", "body_hash": "y", "seen": ("aa",), "trust": "proved", "claims": 3}
    routes = {"routes": ("https://mirror.test/feed", "https://other.test/map"), "detour": detour}
    return a_feed(**memory | routes | given)


@pytest.mark.parametrize(
    ("route", "again", "order"),
    [
        (0, 0, [0, 1, 2]),
        (1, 0, [0, 1, 2]),
        (2, 0, [0, 2, 1]),
        (1, 5, [1, 2, 0]),
        (2, 5, [2, 1, 0]),
        (7, 5, [0, 1, 2]),
    ],
)
def test_the_own_address_is_first_unless_it_is_avoided_for_now(route: int, again: float, order: list[int]) -> None:
    assert list(in_order(a_routed_feed(route, again))) == order


def test_a_feed_without_routes_is_asked_once() -> None:
    assert list(in_order(a_feed())) == [0]


def test_only_the_route_that_served_last_knows_what_it_said() -> None:
    feed = a_routed_feed(route=1)
    assert by_route(feed, 1) == feed
    for other in (0, 2):
        asked = by_route(feed, other)
        assert (asked.etag, asked.last_modified, asked.body_hash, asked.seen) == ("", "", "", ())
        assert (asked.trust, asked.claims) == ("unproved", 0)
        assert (asked.url, asked.habits, asked.interval) == (feed.url, feed.habits, feed.interval)


@pytest.mark.parametrize(
    ("status", "on_detour", "further"),
    [
        (None, False, True),
        (403, False, True),
        (200, False, True),
        (503, False, True),
        (410, False, False),
        (410, True, False),
        (429, False, False),
        (429, True, True),
    ],
)
def test_what_leads_to_another_route(status: int | None, on_detour: bool, further: bool) -> None:
    feed = a_routed_feed(route=1 if on_detour else 0)
    assert leads_on(feed, 0, status) is further
    assert leads_on(feed, 1, status) is True


def test_the_own_address_is_avoided_longer_each_time_up_to_an_hour() -> None:
    feed, waits = a_routed_feed(), []
    for n in range(10):
        detour = served(feed, 1, BLOCKED, minutes(n), SETTINGS)
        assert detour
        assert (detour.tries, detour.since, detour.why) == (n + 1, NOW, BLOCKED.why)
        waits.append((detour.again_at - minutes(n)).total_seconds())
        feed = replace(feed, detour=detour)
    assert waits[:4] == [60, 120, 240, 480]
    assert waits[-1] == MOST_AGAIN


def test_a_server_may_ask_for_more_within_limits() -> None:
    for asked, wait in ((7200.0, 7200.0), (10.0, 60.0), (1e9, SETTINGS.most_seconds)):
        detour = served(a_routed_feed(), 1, replace(BLOCKED, retry_after=asked), NOW, SETTINGS)
        assert detour
        assert detour.again_at == NOW + timedelta(seconds=wait)


def test_a_detour_ends_when_the_own_address_serves() -> None:
    assert served(a_routed_feed(route=1), 0, None, NOW, SETTINGS) is None


def test_a_detour_goes_on_by_another_route_while_the_own_address_is_not_asked() -> None:
    feed = a_routed_feed(route=1, again=5)
    detour = served(feed, 2, None, NOW, SETTINGS)
    assert feed.detour
    assert detour == replace(feed.detour, route=2)


def test_where_nothing_serves_a_detour_stays_what_it_was() -> None:
    assert nowhere(a_routed_feed(), BLOCKED, NOW, SETTINGS) is None
    feed = a_routed_feed(route=2)
    after = nowhere(feed, BLOCKED, NOW, SETTINGS)
    assert after
    assert (after.route, after.tries) == (2, 2)
    assert nowhere(feed, None, NOW, SETTINGS) == feed.detour


def test_routes_are_other_addresses_each_once() -> None:
    given = ["https://Mirror.test/feed#x", "https://mirror.test/feed", "https://own.test/feed?utm_source=x"]
    assert other_routes("https://own.test/feed", given) == ("https://mirror.test/feed",)
    with pytest.raises(Invalid, match="not an http"):
        other_routes("https://own.test/feed", ["ftp://mirror.test/"])
