"""Provenance: who had it from whom?"""

from service.story import Citing, provenance
from tests.unit.story.telling import a_report, minutes


def test_a_story_without_articles_came_from_nowhere() -> None:
    told = provenance([], [Citing("a", "wire.test")])
    assert (told.first, told.edges) == (None, ())


def test_copies_bylines_and_citations_are_edges_in_the_order_of_time() -> None:
    wire = a_report("w", 0, source="wire.test")
    copy, signed = a_report("copy", 2, original_id="w"), a_report("signed", 1)
    citing = a_report("citing", 3)
    told = provenance(
        [citing, copy, wire, signed],
        [Citing("citing", "wire.test", "according to"), Citing("signed", "wire.test", byline=True)],
    )
    assert told.first == wire
    assert [(e.article_id, e.way, e.from_source, e.from_article, e.cue, e.whole) for e in told.edges] == [
        ("signed", "byline", "wire.test", "w", "", True),
        ("copy", "copy", "wire.test", "w", "", True),
        ("citing", "citation", "wire.test", "w", "according to", False),
    ]


def test_an_article_has_it_from_the_last_one_that_was_out_before_it() -> None:
    early, late = a_report("early", 0, source="wire.test"), a_report("late", 10, source="wire.test")
    reports = [early, late, a_report("a", 5), a_report("b", 15)]
    told = provenance(reports, [Citing("a", "wire.test"), Citing("b", "wire.test")])
    assert [(each.article_id, each.from_article) for each in told.edges] == [("a", "early"), ("b", "late")]


def test_a_source_without_an_article_in_the_story_is_named_all_the_same() -> None:
    (edge,) = provenance([a_report("a")], [Citing("a", "absent.test", "says")]).edges
    assert (edge.from_source, edge.from_article) == ("absent.test", "")


def test_a_copy_of_an_article_that_is_not_in_the_story_has_no_source() -> None:
    (edge,) = provenance([a_report("a", original_id="elsewhere")], []).edges
    assert (edge.way, edge.from_source, edge.from_article) == ("copy", "", "")


def test_sources_that_cite_each_other_make_a_circle() -> None:
    reports = [a_report("a", 0), a_report("b", 1)]
    told = provenance(reports, [Citing("a", "b.test"), Citing("b", "a.test")])
    assert [(each.article_id, each.from_article) for each in told.edges] == [("a", "b"), ("b", "a")]


def test_an_article_is_never_its_own_source() -> None:
    (edge,) = provenance([a_report("a", 0)], [Citing("a", "a.test")]).edges
    assert edge.from_article == ""


def test_what_is_said_of_unknown_articles_and_said_twice_is_left_out() -> None:
    citings = [Citing("a", "wire.test"), Citing("a", "wire.test"), Citing("unknown", "wire.test")]
    assert len(provenance([a_report("a")], citings).edges) == 1


def test_ten_thousand_articles_that_cite_one_source_are_told() -> None:
    wire = [a_report(f"w{n}", n, source="wire.test") for n in range(5000)]
    reports = [a_report(f"a{n}", n) for n in range(5000)]
    told = provenance([*wire, *reports], [Citing(f"a{n}", "wire.test") for n in range(5000)])
    assert len(told.edges) == 5000
    assert [each.from_article for each in told.edges[:2]] == ["w0", "w1"]
    assert told.edges[0].at == minutes(0)
