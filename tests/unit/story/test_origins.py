"""Corroboration: does what is one voice count once, and what are several as several?"""

import random
from datetime import timedelta

import pytest

from service.story import Report, corroboration
from service.story.reports import by_when
from tests.unit.story.telling import KNOWN, NOW, a_report, minutes


def counts(*reports: Report) -> tuple[int, int, int]:
    found = corroboration(reports, KNOWN)
    return found.independent, found.controlled, found.citing


def voices(*reports: Report) -> dict[str, tuple[str, ...]]:
    return {each.source: each.reports for each in corroboration(reports, KNOWN).origins}


def test_nobody_reports_nothing() -> None:
    found = corroboration([])
    assert (found.origins, found.citing, found.earliest) == ((), 0, None)


def test_sources_that_report_themselves_are_independent() -> None:
    assert counts(a_report("a"), a_report("b", 1), a_report("c", 2)) == (3, 0, 0)


def test_forty_copies_of_one_report_of_an_agency_are_one_voice() -> None:
    wire = a_report("wire", source="belta.test")
    copies = [a_report(f"paper{number}", number, original_id="wire") for number in range(1, 41)]
    found = corroboration([wire, *copies], KNOWN)
    assert (found.independent, found.controlled, found.citing) == (1, 1, 0)
    assert found.origins[0].source == "belta.test"
    assert len(found.origins[0].reports) == 41


def test_copies_of_a_report_that_is_not_in_the_story_are_one_voice() -> None:
    assert counts(*(a_report(f"p{number}", number, original_id="elsewhere") for number in range(5))) == (1, 0, 0)


def test_a_byline_of_one_copy_tells_whose_text_it_is() -> None:
    first = a_report("a", 0)
    signed = a_report("b", 5, original_id="a", agencies=("wire.test",))
    assert voices(first, signed) == {"wire.test": ("a", "b")}


def test_different_texts_with_an_agency_s_byline_are_that_agency_s() -> None:
    reports = [a_report(name, minute, agencies=("wire.test",)) for minute, name in enumerate("abc")]
    assert voices(*reports) == {"wire.test": ("a", "b", "c")}
    assert counts(*reports) == (1, 0, 3)
    assert voices(*reports, a_report("w", 9, source="wire.test")) == {"wire.test": ("a", "b", "c", "w")}


def test_a_report_by_two_agencies_is_no_voice_of_its_own_and_makes_them_no_one_voice() -> None:
    both = a_report("a", 5, agencies=("wire.test", "belta.test"))
    assert voices(a_report("w", source="wire.test"), a_report("b", 1, source="belta.test"), both) == {
        "wire.test": ("w", "a"),
        "belta.test": ("b",),
    }


def test_outlets_of_one_owner_are_one_voice() -> None:
    assert counts(a_report("a", house="quay press"), a_report("b", 1, house="quay press"), a_report("c", 2)) == (
        2,
        0,
        0,
    )


def test_what_only_cites_adds_no_voice_and_what_cites_among_other_things_does() -> None:
    own = a_report("own", 0, source="belta.test")
    passing_on = a_report("rewrite", 2, cites=("belta.test",), only_cites=True)
    in_part = a_report("paper", 3, cites=("belta.test",))
    assert voices(own, passing_on, in_part) == {"belta.test": ("own", "rewrite"), "paper.test": ("paper",)}
    assert counts(own, passing_on, in_part) == (2, 1, 1)


def test_a_source_that_has_no_article_in_the_story_is_a_voice_if_others_cite_it() -> None:
    cited = [a_report(name, minute, cites=("belta.test",), only_cites=True) for minute, name in enumerate("ab")]
    assert voices(*cited) == {"belta.test": ("a", "b")}
    assert counts(*cited) == (1, 1, 2)


def test_an_outlet_that_prints_an_agency_and_reports_itself_stays_apart_from_the_agency() -> None:
    wire, own = a_report("w", 0, source="wire.test"), a_report("own", 1, source="paper.test")
    printed = a_report("printed", 2, source="paper.test", agencies=("wire.test",))
    assert voices(wire, own, printed) == {"wire.test": ("w", "printed"), "paper.test": ("own",)}


def test_who_cites_somebody_who_only_cites_is_traced_to_the_end() -> None:
    chain = [
        a_report("a", 3, cites=("b.test",), only_cites=True),
        a_report("b", 2, cites=("c.test",), only_cites=True),
        a_report("c", 1, cites=("wire.test",), only_cites=True),
    ]
    assert voices(*chain) == {"wire.test": ("c", "b", "a")}


def test_sources_that_cite_each_other_in_a_circle_are_one_voice() -> None:
    circle = [
        a_report("a", 1, cites=("b.test",), only_cites=True),
        a_report("b", 2, cites=("c.test",), only_cites=True),
        a_report("c", 3, cites=("a.test",), only_cites=True),
    ]
    assert counts(*circle) == (1, 0, 3)
    assert corroboration(circle).earliest == circle[0]


def test_an_article_that_is_its_own_original_or_cites_its_own_house_is_a_report_like_others() -> None:
    own = a_report("a", original_id="a", house="quay", cites=("b.test",), only_cites=True)
    sister = a_report("b", 1, house="quay")
    assert counts(own, sister) == (1, 0, 0)


def test_the_earliest_report_is_the_one_that_was_out_first_and_is_not_taken_from_another() -> None:
    rewrite = a_report("rewrite", 0, cites=("wire.test",), only_cites=True)
    late, early = a_report("late", 9), a_report("early", 5)
    assert corroboration([late, rewrite, early]).earliest == early
    assert corroboration([rewrite]).earliest == rewrite


def test_a_mere_date_does_not_beat_a_minute_of_that_day() -> None:
    midnight = NOW.replace(hour=0)
    dated = a_report("dated", published_at=midnight, precision="day", seen_at=minutes(300))
    exact = a_report("exact", 30)
    assert corroboration([dated, exact]).earliest == exact


def test_a_mere_date_that_was_seen_before_the_minute_beats_it() -> None:
    dated = a_report("dated", published_at=NOW.replace(hour=0), precision="day", seen_at=minutes(10))
    assert corroboration([a_report("exact", 30), dated]).earliest == dated


@pytest.mark.parametrize("precision", ["month", "year"])
def test_a_month_is_over_before_it_tells_when_something_was_out(precision: str) -> None:
    report = a_report("a", published_at=NOW, precision=precision, seen_at=NOW + timedelta(days=400))
    assert by_when(report) > NOW + timedelta(days=10)


def test_what_says_no_time_or_the_future_was_out_when_it_was_seen() -> None:
    untold = a_report("untold", published_at=None, seen_at=minutes(3))
    future = a_report("future", published_at=minutes(9999), seen_at=minutes(2))
    assert [by_when(untold), by_when(future)] == [minutes(3), minutes(2)]
    assert corroboration([untold, future]).earliest == future


def test_the_order_in_which_reports_come_changes_nothing() -> None:
    reports = [
        *(a_report(f"p{n}", n % 7, original_id="w" if n % 3 else "") for n in range(30)),
        *(a_report(f"c{n}", n, cites=(f"p{n}.test",), only_cites=True) for n in range(20)),
        a_report("w", 1, source="wire.test"),
    ]
    expected = corroboration(reports, KNOWN)
    for seed in range(10):
        shuffled = random.Random(seed).sample(reports, len(reports))
        assert corroboration(shuffled, KNOWN) == expected


def test_the_same_article_twice_counts_once() -> None:
    assert counts(a_report("a"), a_report("a")) == (1, 0, 0)


def test_ten_thousand_reports_in_one_chain_are_traced() -> None:
    """Each cites the next: a walk that went down by recursion, or anew for each, would not end."""
    chain = [a_report(f"a{n}", n, cites=(f"a{n + 1}.test",), only_cites=True) for n in range(10_000)]
    copies = [a_report(f"b{n}", n, original_id=f"b{n + 1}") for n in range(10_000)]
    found = corroboration([*chain, *copies])
    assert found.independent == 2
    assert sum(len(each.reports) for each in found.origins) == 20_000
