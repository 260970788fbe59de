"""Which ids of a document name its entries, and which do not?"""

import pytest

from consumers.poll.articles import Visit, raw_articles
from consumers.poll.document import Document, Entry
from consumers.poll.ids import Names, invalid_share
from service.messages import IdentityPolicy
from tests.builders import NOW, a_feed


def entry(number: int, **given: str) -> Entry:
    defaults = {"id": f"id-{number}", "link": f"https://x.test/{number}", "title": f"Headline number {number}"}
    return Entry(**defaults | given)


@pytest.mark.parametrize(
    ("entries", "share"),
    [
        ([], 0),
        ([entry(1), entry(2)], 0),
        ([entry(1, id=""), entry(2)], 0.5),
        ([entry(n, id="latest") for n in range(4)], 1),
        ([entry(1, id="a"), entry(2, id=" a "), entry(3), entry(4)], 0.5),
        ([entry(1, id="news: Headline Number 1!"), entry(2)], 0.5),
        ([entry(1, id="42-headline-number-1"), entry(2)], 0.5),
        ([entry(1, id="https://x.test/headline-number-1"), entry(2)], 0),
        ([entry(1), entry(1)], 0),
    ],
)
def test_ids_that_name_nothing_are_counted(entries: list[Entry], share: float) -> None:
    assert invalid_share(entries) == share


def raws(entries: list[Entry], identity: IdentityPolicy = "auto") -> list[tuple[str, str]]:
    articles, _ = raw_articles(entries, Document(entries=tuple(entries)), Visit(a_feed(identity=identity), NOW))
    return [(each.external_id, each.identity) for each in articles]


def test_an_id_that_several_have_is_not_passed_on() -> None:
    assert raws([entry(1, id="latest"), entry(2, id="latest"), entry(3)]) == [
        ("", "auto"),
        ("", "auto"),
        ("id-3", "auto"),
    ]


def test_the_owner_of_the_feed_may_rely_on_them_all_the_same() -> None:
    assert raws([entry(1, id="a"), entry(2, id="a")], "guid") == [("a", "guid")] * 2


@pytest.mark.parametrize("policy", ["link", "guid", "text"])
def test_what_the_owner_chose_holds_for_every_entry(policy: IdentityPolicy) -> None:
    same = [entry(1, link="https://x.test/live"), entry(2, link="https://x.test/live")]
    assert raws(same, policy) == [("id-1", policy), ("id-2", policy)]


def test_entries_of_one_page_are_told_apart_by_their_ids_or_else_by_their_text() -> None:
    live = [entry(n, link=f"https://x.test/live#part-{n}") for n in (1, 2)]
    assert raws([*live, entry(3)]) == [("id-1", "guid"), ("id-2", "guid"), ("id-3", "auto")]
    nameless = [entry(n, link="https://x.test/live", id="") for n in (1, 2)]
    assert raws(nameless) == [("", "text")] * 2


def test_the_same_entry_twice_is_no_reason_for_doubt() -> None:
    assert Names.of([entry(1), entry(1)]) == Names()
