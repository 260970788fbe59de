"""When a server's "not modified" is believed."""

from dataclasses import replace

import pytest

from consumers.poll.trust import CHECK_EVERY, asks_conditionally, claimed, looked_at
from service.model import Feed
from tests.builders import a_feed

FEED = a_feed(etag='"1"', last_modified="Sat, 14 Mar 2026 08:00:00 GMT", body_hash="h")


def same(feed: Feed) -> Feed:
    return looked_at(feed, feed.etag, feed.last_modified, news=False)


def other(feed: Feed) -> Feed:
    """News under another ETag: what an honest server sends when something has changed."""
    return looked_at(feed, feed.etag + "x", feed.last_modified, news=True)


def test_a_feed_without_validators_or_document_is_asked_for_everything() -> None:
    assert asks_conditionally(FEED)
    assert not asks_conditionally(replace(FEED, etag="", last_modified=""))
    assert not asks_conditionally(replace(FEED, body_hash=""))
    assert not asks_conditionally(replace(FEED, trust="broken"))


def test_the_first_not_modified_is_checked_at_the_next_poll() -> None:
    told = claimed(FEED)
    assert not asks_conditionally(told)
    proved = same(told)
    assert (proved.trust, proved.claims) == ("proved", 0)
    assert asks_conditionally(proved)


def test_a_proved_validator_is_checked_every_so_often() -> None:
    feed, asked = same(claimed(FEED)), 0
    while asks_conditionally(feed):
        feed, asked = claimed(feed), asked + 1
    assert asked == CHECK_EVERY
    assert asks_conditionally(same(feed))
    assert same(feed).trust == "proved"


def test_news_under_the_same_validator_breaks_it_at_once_and_for_good() -> None:
    for feed in (FEED, same(claimed(FEED)), claimed(FEED)):
        liar = looked_at(feed, feed.etag, feed.last_modified, news=True)
        assert liar.trust == "broken"
        assert not asks_conditionally(liar)
        assert same(claimed(liar)).trust == "broken"


def test_a_date_counts_only_where_there_is_no_etag() -> None:
    date = FEED.last_modified
    assert looked_at(FEED, '"2"', date, news=True).trust == "unproved"
    assert looked_at(replace(FEED, etag=""), "", date, news=True).trust == "broken"
    assert looked_at(replace(FEED, etag="", last_modified=""), "", "", news=True).trust == "unproved"


def test_a_server_that_always_says_not_modified_is_found_out() -> None:
    feed, polls = FEED, 0
    while feed.trust != "broken":
        feed = claimed(feed) if asks_conditionally(feed) else other(feed)
        polls += 1
    assert polls == 4, "two lies, each followed by a look"


def test_a_proved_server_that_goes_bad_is_found_out() -> None:
    feed, polls = same(claimed(FEED)), 0
    while feed.trust != "broken":
        feed = claimed(feed) if asks_conditionally(feed) else other(feed)
        polls += 1
    assert polls <= CHECK_EVERY + 3


def test_news_that_came_in_between_is_doubt_and_the_next_check_clears_it() -> None:
    doubted = other(claimed(FEED))
    assert doubted.trust == "doubted"
    assert asks_conditionally(doubted)
    assert same(claimed(doubted)).trust == "proved"


def test_an_honest_server_whose_documents_change_is_never_called_broken() -> None:
    feed = same(claimed(FEED))
    for _ in range(100):
        feed = other(feed)
        assert feed.trust == "proved"


def test_a_stamp_in_every_answer_is_no_lie() -> None:
    stamped = looked_at(claimed(FEED), FEED.etag, FEED.last_modified, news=False)
    assert stamped.trust == "proved"


@pytest.mark.parametrize("claims", [0, 1, 5])
def test_a_look_begins_the_count_anew_and_keeps_the_new_validators(claims: int) -> None:
    after = looked_at(replace(FEED, claims=claims), '"2"', "", news=True)
    assert (after.claims, after.etag, after.last_modified) == (0, '"2"', "")
