"""What strands are compared, and how; a memory that lived through it all answers as one that holds what is left."""

import random
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from consumers.link.compare import both_embedded, compare
from consumers.link.held import HeldStrand
from consumers.link.memory import Memory
from consumers.link.traits import Times, together, traits
from consumers.link.weights import FEATURES
from service.messages import EnrichedArticle
from service.model import Span
from tests.builders import NOW, an_enriched_article
from tests.newsroom import Newsroom, published

DAY = timedelta(days=1)


def held(born: int, told: EnrichedArticle) -> HeldStrand:
    at = published(told)
    return HeldStrand(f"sd_{born}", told.language, f"st_{born}", born, Times(at, at), 1, traits(told))


def column(features: np.ndarray, name: str) -> list[float]:
    values: list[float] = features[:, FEATURES.index(name)].tolist()
    return values


def test_the_same_happening_is_above_the_usual_and_another_is_not() -> None:
    newsroom = Newsroom(5)
    told = [newsroom.report(topic, language, NOW) for topic in range(8) for language in ("en", "de")]
    strands = [held(place, each) for place, each in enumerate(told)]
    memory = Memory(Span(NOW - DAY))
    for strand in strands:
        memory.hold(strand)
    same, other = compare(strands[0], [strands[1], strands[3]], memory.table)
    for kind in ("names_over_usual", "letters_over_usual"):
        assert same[FEATURES.index(kind)] > 0.5 > other[FEATURES.index(kind)]


@pytest.mark.parametrize("seed", range(4))
def test_what_has_left_the_span_leaves_no_trace(seed: int) -> None:
    newsroom, rng = Newsroom(seed), random.Random(seed)
    told = newsroom.day(120)
    late = Span(max(map(published, told)) - timedelta(hours=30))
    lived, fresh = Memory(Span(NOW - 40 * DAY)), Memory(late)
    for place, each in enumerate(told):
        strand = held(place, each)
        lived.hold(strand)
        if rng.random() < 0.3:
            grown = replace(strand, traits=together(strand.traits, traits(newsroom.report(0, each.language, NOW))))
            lived.hold(grown)
            lived.hold(strand)
    lived.move_to(late)
    for place, each in enumerate(told):
        if published(each) >= late.start:
            fresh.hold(held(place, each))
    assert 0 < len(fresh) == len(lived) < len(told)
    for strand in fresh.strands.values():
        near, others = fresh.near(strand), lived.near(strand)
        assert [each.id for each in near] == [each.id for each in others]
        if near:
            np.testing.assert_array_equal(compare(strand, near, fresh.table), compare(strand, near, lived.table))


def test_embeddings_count_where_both_have_one() -> None:
    vector = bytes([127] + [0] * 511)
    english = held(0, an_enriched_article(embedding=vector))
    german = held(1, an_enriched_article(language="de", embedding=vector))
    belarusian = held(2, an_enriched_article(language="be"))
    memory = Memory(Span(NOW - 400 * DAY))
    for strand in (english, german, belarusian):
        memory.hold(strand)
    assert both_embedded(english, [german, belarusian]).tolist() == [1, 0]
    assert column(compare(english, [german, belarusian], memory.table), "embedding") == [1, 0]


def test_dates_count_where_both_are_known() -> None:
    said = an_enriched_article()
    dated, later = held(0, said), held(1, an_enriched_article(language="de"))
    undated = replace(held(2, said), language="ru", traits=replace(dated.traits, dated=False))
    memory = Memory(Span(NOW - 400 * DAY))
    for strand in (dated, later, undated):
        memory.hold(strand)
    features = compare(dated, [later, undated], memory.table)
    assert column(features, "undated") == [0, 1]
    assert column(features, "week") == [1, 0]
