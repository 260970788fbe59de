"""When was a text written whose publisher gives no time?"""

from datetime import UTC, datetime

import pytest

from consumers.cluster.dateline import dateline
from consumers.cluster.vectors import DATED, SAID, UNDATED, written
from service.messages import DateMention, EnrichedArticle
from tests.builders import NOW, an_enriched_article


def telling(text: str, day: str = "", said: str = "", **given: object) -> EnrichedArticle:
    """An article in which enriching found that day, written like that."""
    found = (DateMention(date=day, start=text.index(said), end=text.index(said) + len(said)),) if day else ()
    return an_enriched_article(text=text, dates=found, **({"published_at": None} | given))


@pytest.mark.parametrize(
    "text",
    ["Dam opens in Korgor\nMarch 1, 2008\nThe dam", "Dam opens\nSaturday , March 1, 2008\nIt", "March 1, 2008"],
)
def test_a_day_on_a_line_of_its_own_is_when_it_was_written(text: str) -> None:
    assert dateline(telling(text, "2008-03-01", "March 1, 2008")) == datetime(2008, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize("said", ["01-Mar-08", "1-Mar-2008"])
def test_days_as_machines_write_them_are_read_in_any_language(said: str) -> None:
    assert dateline(telling(f"Stuwdam geopend\n{said}\nDe dam", language="nl")) == datetime(2008, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "day", "said"),
    [
        ("The dam that broke on March 1, 2008 is open.", "2008-03-01", "March 1, 2008"),
        ("Dam opens\nMarch 2008\nThe dam", "2008-03", "March 2008"),
        ("x" * 500 + "\nMarch 1, 2008\n", "2008-03-01", "March 1, 2008"),
        ("Dam opens\n31-Feb-08\nThe dam", "", ""),
        ("Dam opens\n01-Xyz-08\nThe dam", "", ""),
        ("", "", ""),
    ],
)
def test_other_days_are_no_datelines(text: str, day: str, said: str) -> None:
    assert dateline(telling(text, day, said)) is None


def test_the_publisher_knows_best_if_it_is_exact() -> None:
    text, day, said = "Dam opens\nMarch 1, 2008\nThe dam", "2008-03-01", "March 1, 2008"
    assert written(telling(text, day, said, published_at=NOW, seen_at=NOW)) == (NOW, DATED)
    vague = telling(text, day, said, published_at=NOW, seen_at=NOW, published_precision="month")
    assert written(vague) == (datetime(2008, 3, 1, tzinfo=UTC), SAID)
    assert written(telling("Dam opens")) == (None, UNDATED)
