"""What a document tells about its feed."""

from dataclasses import replace

import pytest

from consumers.poll.articles import fresh
from consumers.poll.document import Document, Entry
from consumers.poll.rhythm import first_per_day, newest, overlap, per_day
from tests.builders import NOW, a_feed, minutes

DAY = 24 * 60


def document(*names: str, text: str = "") -> Document:
    entries = [Entry(id=name, link=f"https://harbour-gazette.test/{name}", title=name, summary=text) for name in names]
    return Document(entries=tuple(entries))


def prints(*names: str, text: str = "") -> tuple[str, ...]:
    return fresh(document(*names, text=text), ())[1]


def test_overlap_is_the_share_of_entries_known_before() -> None:
    assert overlap(prints("a", "b"), prints("b", "c", "d", "e")) == 0.25
    assert overlap(prints("a", "b"), prints("a", "b")) == 1.0
    assert overlap((), prints("a")) is None
    assert overlap(prints("a"), ()) is None


def test_an_entry_with_another_text_is_known_and_still_passed_on() -> None:
    before = prints("a", "b")
    assert overlap(before, prints("a", "b", text="12 comments")) == 1.0
    assert [entry.id for entry in fresh(document("a", "b", text="12 comments"), before)[0]] == ["b", "a"]


def test_fingerprints_of_an_earlier_release_say_what_is_known_but_not_how_much_overlaps() -> None:
    old = tuple(each[-16:] for each in prints("a"))
    assert fresh(document("b", "a"), old)[0] == [document("b").entries[0]]
    assert overlap(old, prints("b", "a")) is None


def test_entries_that_share_a_link_are_told_apart_by_their_ids() -> None:
    entries = tuple(Entry(id=str(n), link="https://status.test/", title=f"Outage {n}") for n in range(4))
    _, found = fresh(Document(entries=entries), ())
    assert overlap(found[:2], found) == 0.5


def test_a_first_document_tells_its_rate_by_its_dates() -> None:
    entries = [Entry(published_at=minutes(-DAY * n)) for n in range(11)]
    assert first_per_day(entries, NOW) == pytest.approx(1.1)
    assert first_per_day([Entry(), Entry(published_at=minutes(60))], NOW) == 0.0
    assert newest(entries[3:], NOW) == minutes(-3 * DAY)
    assert newest([Entry(published_at=minutes(60))], NOW) == NOW


def test_the_rate_follows_what_the_polls_bring_and_forgets() -> None:
    feed = a_feed(per_day=0.0, last_poll_at=NOW)
    for poll in range(1, 24 * 30):
        at = minutes(60 * poll)
        feed = replace(feed, per_day=per_day(feed, 2, at), last_poll_at=at)
    assert feed.per_day == pytest.approx(48, rel=0.05)
    for poll in range(24 * 30, 24 * 60):
        at = minutes(60 * poll)
        feed = replace(feed, per_day=per_day(feed, 0, at), last_poll_at=at)
    assert feed.per_day < 0.5


def test_the_rate_does_not_depend_on_how_often_was_asked() -> None:
    often = rarely = a_feed(per_day=0.0, last_poll_at=NOW)
    for day in range(1, 20):
        rarely = replace(rarely, per_day=per_day(rarely, 24, minutes(DAY * day)), last_poll_at=minutes(DAY * day))
        for hour in range(24):
            at = minutes(DAY * (day - 1) + 60 * (hour + 1))
            often = replace(often, per_day=per_day(often, 1, at), last_poll_at=at)
    assert often.per_day == pytest.approx(rarely.per_day, rel=0.01)


def test_a_rate_cannot_be_told_before_two_polls_nor_between_two_at_once() -> None:
    assert per_day(a_feed(per_day=3.0, last_poll_at=None), 9, NOW) == 3.0
    assert per_day(a_feed(per_day=3.0, last_poll_at=NOW), 9, NOW) == 3.0
