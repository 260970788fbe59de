"""What notices say to people: something for every kind, whatever the payload lacks."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.model import KINDS
from service.saying import MOST_TEXT, MOST_TITLE, said

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
NAMES = ("story", "topic", "article", "feed", "reasons", "why", "since", "title", "languages", "excerpt", "url")
PAYLOADS = st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), JSON, max_size=6)


def test_an_alert_says_the_story_the_topic_and_the_reason() -> None:
    told = said(
        "story.alerted",
        {
            "topic": {"name": "Ferries"},
            "story": {"title": "Ferries\nresume", "articles": 3, "sources": 1, "languages": ["en", "no"]},
            "article": {"url": "https://harbour-gazette.test/a"},
            "reasons": [{"excerpt": "the ferry resumed"}, {"excerpt": "the ferry resumed"}, {"field": "country"}],
        },
    )
    assert (told.title, told.link) == ("Ferries resume", "https://harbour-gazette.test/a")
    assert told.text == "Topic: Ferries\n3 articles, 1 source; en, no\n… the ferry resumed …"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25)
@given(payload=PAYLOADS)
def test_nothing_is_too_odd_to_be_told(kind: str, payload: dict[str, Any]) -> None:
    told = said(kind, payload)
    assert 0 < len(told.title) <= MOST_TITLE
    assert "\n" not in told.title
    assert len(told.text) <= MOST_TEXT
    assert isinstance(told.link, str)


def test_a_kind_without_words_of_its_own_tells_what_it_carries() -> None:
    told = said("topic.exploded", {"topic": {"id": "t", "name": "Ferries"}, "why": "too hot", "articles": 7})
    assert (told.title, told.text) == ("Topic exploded: Ferries", "why: too hot\narticles: 7")


def test_an_endpoint_in_trouble_is_told_by_what_is_wrong_and_until_when() -> None:
    own = {"endpoint": {"id": "ep1", "host": "reader.test"}, "failures": 12, "first_failure_at": "2026-03-09"}
    failing = said("endpoint.failing", own | {"last_error": "timeout: slow", "disabled_after": "2026-03-14"})
    assert failing.title == "Endpoint fails"
    assert failing.text.splitlines()[2:] == ["timeout: slow", "It is switched off at 2026-03-14."]
    off = said("endpoint.disabled", own | {"why": "it answered 410"})
    assert off.text == "Endpoint ep1 reader.test\nit answered 410\n12 failures since 2026-03-09"
