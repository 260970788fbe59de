"""What is left of a query when its conditions on the story may come true or not."""

import pytest

from service.query import parse
from service.query.textual import has_facts, textual


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("ferry storm", "ferry storm"),
        ("ferry sources>=3", "ferry"),
        ("ferry NOT sources<3", "ferry"),
        ("(ferry OR boat) independent>=2 languages>=2", "ferry OR boat"),
        ("ferry (storm OR sources>=3)", "ferry"),
        ("ferry NOT (storm sources>=3)", "ferry"),
        ("ferry NOT (storm OR sources>=3)", "ferry NOT storm"),
        ("ferry min/2:(storm, flood, sources>=3)", "ferry (storm OR flood)"),
        ("min/3:(ferry, storm, sources>=3)", "ferry storm"),
    ],
)
def test_what_an_article_must_say_whatever_its_story(text: str, left: str) -> None:
    found = textual(parse(text))
    assert found == parse(left)
    assert has_facts(parse(text)) == (">=" in text or "<" in text)


def test_nothing_is_left_of_conditions_alone() -> None:
    assert textual(parse("sources>=3")) is None
    assert textual(parse("ferry OR sources>=3")) is None
