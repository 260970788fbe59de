"""What publishers ask of those who poll."""

from datetime import datetime, timedelta

import pytest

from consumers.poll.parse import parse
from consumers.poll.wishes import after_rest, fresh_for, skipped, update_period
from tests.builders import NOW


@pytest.mark.parametrize(
    ("control", "seconds"),
    [
        ("max-age=60", 60),
        ("public, max-age = 3600, must-revalidate", 3600),
        ("private,MAX-AGE=5", 5),
        ("s-maxage=90", None),
        ("no-cache, max-age=60", None),
        ("max-age=60, No-Store", None),
        ("max-age=soon", None),
        ("", None),
    ],
)
def test_cache_control(control: str, seconds: float | None) -> None:
    assert fresh_for({"cache-control": control}, NOW) == seconds


def test_an_answer_that_has_lain_in_a_cache_is_fresh_for_the_rest_only() -> None:
    assert fresh_for({"cache-control": "max-age=600", "age": "450"}, NOW) == 150
    assert fresh_for({"cache-control": "max-age=600", "age": "900"}, NOW) == 0
    assert fresh_for({"cache-control": "max-age=600", "age": "old"}, NOW) == 600


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"expires": "Sat, 14 Mar 2026 10:00:00 GMT"}, 3600),
        ({"expires": "Sat, 14 Mar 2026 10:00:00 GMT", "date": "Sat, 14 Mar 2026 09:50:00 GMT"}, 600),
        ({"expires": "Sat, 14 Mar 2026 08:00:00 GMT"}, 0),
        ({"expires": "0"}, None),
        ({"expires": "-1"}, None),
        ({"expires": "Sat, 14 Mar 2026 10:00:00 GMT", "cache-control": "max-age=60"}, 60),
        ({"expires": "Sat, 14 Mar 2026 10:00:00 GMT", "cache-control": "no-store"}, None),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, pytest.approx(2.5e11, rel=0.02)),
    ],
)
def test_expires(headers: dict[str, str], seconds: float | None) -> None:
    assert fresh_for(headers, NOW) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", 1800),
        ("<sy:updatePeriod>\n daily </sy:updatePeriod>", 86400),
        ("<updatePeriod>weekly</updatePeriod><updateFrequency>0</updateFrequency>", 604800),
        ("<sy:updatePeriod>now and then</sy:updatePeriod>", None),
        ("<sy:updateFrequency>2</sy:updateFrequency>", None),
    ],
)
def test_the_syndication_module(text: str, seconds: float | None) -> None:
    assert update_period(text) == seconds


def test_hours_and_days_to_skip() -> None:
    hours = "<skipHours><hour>23</hour><hour> 0 </hour><hour>24</hour><hour>25</hour><hour>x</hour></skipHours>"
    days = "<skipDays><day>Sunday</day><day>saturday</day><day>Someday</day></skipDays>"
    assert skipped(hours + days) == "0 23 sat sun"
    assert skipped(days) == "sat sun"
    assert skipped("<hour>3</hour>") == ""
    assert skipped("<skipHours>" + "<hour>1</hour>" * 100_000) == ""


def test_rest_is_waited_out_up_to_a_limit() -> None:
    at, latest = NOW.replace(minute=59, second=59, microsecond=5), NOW + timedelta(hours=24)
    assert after_rest(at, "", latest) == at
    assert after_rest(at, "10 11", latest) == at
    assert after_rest(at, "9 10", latest) == NOW.replace(hour=11)
    assert after_rest(at, "sat", latest) == datetime(2026, 3, 15, tzinfo=NOW.tzinfo)
    assert after_rest(at, "sat sun mon", latest) == latest
    assert after_rest(at, " ".join(map(str, range(24))), latest) == latest


def test_a_document_carries_its_wishes() -> None:
    document = parse(
        b"""<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>
        <title>Harbour Gazette</title><ttl>30</ttl><sy:updatePeriod>hourly</sy:updatePeriod>
        <sy:updateFrequency>4</sy:updateFrequency><skipHours><hour>1</hour></skipHours>
        <skipDays><day>Sunday</day></skipDays>
        <item><title>One</title><link>https://harbour-gazette.test/1</link></item></channel></rss>""",
        "application/rss+xml",
        "https://harbour-gazette.test/feed",
    )
    assert (document.ttl, document.period, document.skips) == (1800, 900, "1 sun")
