"""What of an article is compared: words, names, weights."""

import numpy as np
import pytest

from consumers.cluster.vectors import (
    LEAST_BODY,
    draft,
    guesses,
    is_headline_case,
    plain_weights,
    rates,
    window_weights,
)
from service.text import tokens
from tests.builders import an_enriched_article

LEAD = "The ferry operator said on Monday that Maria Lindqvist would leave. Storms had closed Varnholm harbour."


def test_forms_of_a_word_count_as_one() -> None:
    made = draft(an_enriched_article(title="", content="Ferries and a ferry. " * 5, language="en"))
    assert made.body.words.count("ferri") == 1


def test_title_words_are_among_the_words_of_the_body_and_count_more() -> None:
    made = draft(an_enriched_article(title="Storm", content=LEAD, language="en"))
    counts = dict(zip(made.body.words, made.body.counts.tolist(), strict=True))
    assert set(made.title.words) <= set(made.body.words)
    assert counts["storm"] > counts["ferri"]


def test_names_are_words_with_capitals_that_no_sentence_explains() -> None:
    made = draft(an_enriched_article(title="", content=LEAD * 2, language="en"))
    assert {"maria", "lindqvist", "varnholm"} <= set(made.names.words)
    assert not {"the", "storm", "ferri"} & set(made.names.words)


def test_a_headline_in_which_every_word_has_a_capital_names_nobody() -> None:
    title = "Ferry Operator Says Maria Lindqvist Will Leave"
    assert is_headline_case(title, tokens(title))
    assert draft(an_enriched_article(title=title, content="", language="en")).names.words == ()


def test_a_short_text_is_no_body() -> None:
    assert not draft(an_enriched_article(content="word " * (LEAST_BODY - 1))).has_body
    assert draft(an_enriched_article(content="word " * LEAST_BODY)).has_body


@pytest.mark.parametrize("text", ["", " ", "!!!", "\u0000", "🦆"])
def test_text_without_words_is_no_trouble(text: str) -> None:
    made = draft(an_enriched_article(title=text, content=text))
    assert made.body.words == ()
    assert not made.has_body


def test_before_anything_is_known_short_words_are_thought_common() -> None:
    short, long, dense = guesses(("in", "negotiations", "白俄"))
    assert short > dense > long


def test_rates_lean_on_the_guess_only_while_articles_are_few() -> None:
    guess = np.array([0.5], np.float32)
    few, many = (rates(np.array([0]), guess, articles)[0] for articles in (1, 10_000))
    assert few > 0.4
    assert many < 0.01


def test_rare_words_weigh_more_and_none_weighs_less_than_nothing() -> None:
    rate = np.array([0.001, 0.5, 1.2], np.float32)
    weights = plain_weights(rate)
    assert weights[0] > weights[1] > weights[2] == 0
    assert (window_weights(rate, rate) >= 0).all()


def test_a_word_in_the_news_just_now_weighs_less() -> None:
    rate = np.array([0.01], np.float32)
    assert window_weights(rate, np.array([0.3], np.float32)) < window_weights(rate, rate)
