"""All that is told of a story, put together: of any articles, in any order, however many."""

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from service.messages import Entity, EntityKind
from service.story import TEXTS, Named, Report, corroboration, origin_of, portrait, provenance, timeline, to_read
from service.story.mentions import MOST, key_mentions
from service.story.reports import in_order
from tests.unit.story.telling import KNOWN, NOW, a_report, a_text, minutes


def named(name: str, kind: EntityKind = "person", role: str = "") -> Entity:
    return Entity(id=f"{kind}_{name.split()[-1].lower()}", kind=kind, name=name, role=role, country="BY")


def test_those_are_key_whom_most_voices_name_and_not_most_articles() -> None:
    told = [
        *(a_text(f"copy{n}", entities=(named("Olaf Lind"),)) for n in range(5)),
        *(a_text(f"own{n}", entities=(named("Anna Kovac", role="President"),)) for n in range(2)),
    ]
    voices = {f"copy{n}": "wire.test" for n in range(5)}
    people = key_mentions(told, voices, "en")["person"]
    assert [(each.name, each.role, each.origins, each.articles) for each in people] == [
        ("Anna Kovac", "President", 2, 2),
        ("Olaf Lind", "", 1, 5),
    ]


def test_names_are_written_as_in_the_main_language() -> None:
    told = [
        a_text("a", language="be", entities=(named("Ганна Kovac"),)),
        a_text("b", language="be", entities=(named("Ганна Kovac"),)),
        a_text(
            "c", entities=(named("Anna Kovac"),), places=(Named("BY", "Belarus", "BY"), Named("BY", "Belarus", "BY"))
        ),
    ]
    found = key_mentions(told, {}, "en")
    assert [each.name for each in found["person"]] == ["Anna Kovac"]
    assert [(each.id, each.articles) for each in found["place"]] == [("BY", 1)]
    assert [each.name for each in key_mentions(told, {}, "fr")["person"]] == ["Ганна Kovac"]


def test_of_many_names_the_first_are_told() -> None:
    crowd = tuple(named(f"Person Number{n}") for n in range(500))
    assert len(key_mentions([a_text("a", entities=crowd)], {}, "en")["person"]) == MOST


def test_the_texts_of_every_voice_are_read_before_others_and_copies_last() -> None:
    wire = a_report("wire", 0)
    copies = [a_report(f"copy{n}", n, original_id="wire") for n in range(100)]
    own = [a_report(f"own{n}", 200 + n) for n in range(10)]
    reports = in_order([wire, *copies, *own])
    wanted = to_read(reports, corroboration(reports))
    assert set(wanted) == {"wire", *(each.article_id for each in own)}


def test_no_more_texts_are_read_than_are_allowed_nor_those_that_are_gone() -> None:
    reports = in_order(a_report(f"a{n}", n, gone=n % 2 == 0) for n in range(1000))
    wanted = to_read(reports, corroboration(reports))
    assert len(wanted) == TEXTS == len(set(wanted))
    assert "a999" in wanted
    assert not any(int(each[1:]) % 2 == 0 for each in wanted)


def test_a_story_of_nothing_says_nothing() -> None:
    told = portrait([], [], corroboration([]))
    assert (told.headline, told.summary, told.numbers, told.differing, told.language) == (None, {}, [], [], "")


def test_a_story_of_which_all_is_gone_says_nothing_and_still_has_a_voice() -> None:
    gone = a_report("a", gone=True)
    told = portrait([gone], [a_text("a", "Ferries resume on Monday after the storm.")], corroboration([gone]))
    assert (told.headline, told.summary, told.corroboration.independent) == (None, {}, 1)


def test_ten_thousand_reports_are_told() -> None:
    reports = [a_report(f"a{n}", n, original_id=f"a{n // 2}" if n % 3 else "") for n in range(10_000)]
    found = corroboration(reports)
    texts = [a_text(each, "Ferries resume on Monday after the storm.") for each in to_read(in_order(reports), found)]
    told = portrait(reports, texts, found)
    assert told.headline is not None
    assert told.summary["en"]
    assert len(timeline(reports, origin_of(found)).slots) == 167
    assert len(provenance(reports, []).edges) == 6666


names = st.sampled_from([f"n{number}" for number in range(6)])
reports_of_few = st.builds(
    lambda name, minute, original, agencies, cites, only, told, precision, gone: Report(
        article_id=name,
        source=f"{cites[0] if cites else name}.test" if gone else f"{name}.test",
        seen_at=minutes(minute),
        title=name,
        original_id=original,
        agencies=tuple(f"{each}.test" for each in agencies),
        cites=tuple(f"{each}.test" for each in cites),
        only_cites=only,
        published_at=NOW if told else None,
        precision=precision,
        gone=gone,
    ),
    names,
    st.integers(0, 9),
    st.one_of(st.just(""), names),
    st.lists(names, max_size=2),
    st.lists(names, max_size=2),
    st.booleans(),
    st.booleans(),
    st.sampled_from(["", "minute", "day", "year"]),
    st.booleans(),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(reports_of_few, max_size=12, unique_by=lambda report: report.article_id), st.randoms())
def test_whatever_leans_on_whatever_each_article_has_one_voice(reports: list[Report], rng: random.Random) -> None:
    found = corroboration(reports, KNOWN)
    ids = sorted(article_id for origin in found.origins for article_id in origin.reports)
    assert ids == sorted(each.article_id for each in reports)
    assert found.controlled <= found.independent <= len(reports)
    assert len({origin.source for origin in found.origins}) == found.independent
    shuffled = rng.sample(reports, len(reports))
    assert corroboration(shuffled, KNOWN) == found
    assert portrait(shuffled, [], found) == portrait(reports, [], found)
