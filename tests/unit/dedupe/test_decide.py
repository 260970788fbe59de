"""New, a revision, a copy or a repeat: is the rule right?"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.dedupe.decide import Verdict, behind, decide, original_of
from consumers.dedupe.fingerprint import Known, Measure
from consumers.dedupe.look import title_hash
from service.model import Sighting
from tests.builders import NOW
from tests.unit.dedupe.looking import HERE, RECHECK, looked

EARLIER = "articles.raw/0/3"
LATER = "articles.raw/0/9"


def seen(text_hash: str, revision: int = 0, position: str = EARLIER, **given: Any) -> Sighting:
    kind = given.pop("kind", "revision" if revision else "new")
    original_id = given.pop("original_id", "")
    return Sighting("u", text_hash, "a", revision, kind, original_id, position, NOW, **given)


def test_the_first_text_of_an_article_is_new() -> None:
    assert decide(looked(), [], "") == Verdict("new", 0, remember=True)


def test_a_first_text_like_another_article_is_its_copy() -> None:
    assert decide(looked(), [], "original") == Verdict("copy", 0, "original", remember=True)


def test_the_same_text_again_is_a_repeat() -> None:
    assert decide(looked("x"), [seen("x")], "") == Verdict("repeat")


def test_another_text_of_the_article_is_the_next_revision() -> None:
    assert decide(looked("z"), [seen("x"), seen("y", 1)], "") == Verdict("revision", 2, remember=True)


def test_a_revision_of_a_copy_keeps_its_original() -> None:
    history = [seen("x", kind="copy", original_id="o")]
    assert decide(looked("y"), history, "") == Verdict("revision", 1, "o", remember=True)


def test_an_earlier_text_from_a_feed_is_a_stale_one() -> None:
    assert decide(looked("x"), [seen("x"), seen("y", 1)], "") == Verdict("repeat")


def test_a_title_alone_that_was_seen_before_brings_nothing_and_a_new_one_does() -> None:
    history = [seen("x", title_hash=title_hash("Ferries sail again"))]
    assert decide(looked("y", title="FERRIES sail  again", content="", summary=""), history, "") == Verdict("repeat")
    retitled = looked("z", title="Ferries stay in port", content="", summary="")
    assert decide(retitled, history, "") == Verdict("revision", 1, remember=True)
    assert decide(looked("y", title="Ferries sail again", content="Now told in full."), history, "").kind == "revision"


def test_a_page_may_return_to_an_earlier_text() -> None:
    history = [seen("x"), seen("y", 1)]
    assert decide(looked("x", hops=RECHECK), history, "") == Verdict("revision", 2, remember=True)
    assert decide(looked("y", hops=RECHECK), history, "") == Verdict("repeat")


@pytest.mark.parametrize("how", [{"hops": RECHECK}, {}], ids=["recheck", "pushed"])
def test_what_became_of_a_page_is_a_revision_though_the_text_is_the_same(how: dict[str, Any]) -> None:
    gone = {"state": "deleted"} | how
    assert decide(looked("x", **gone), [seen("x")], "") == Verdict("revision", 1, remember=True)
    history = [seen("x"), seen("x", 1, state="deleted")]
    assert decide(looked("x", **gone), history, "") == Verdict("repeat")


def test_a_page_that_moved_again_is_a_revision_again() -> None:
    def moved(to: str) -> Any:
        return looked("x", hops=RECHECK, state="moved", moved_to=to)

    history = [seen("x"), seen("x", 1, state="moved", moved_to="https://a.test/2")]
    assert decide(moved("https://a.test/2"), history, "") == Verdict("repeat")
    assert decide(moved("https://a.test/3"), history, "") == Verdict("revision", 2, remember=True)


def test_a_feed_that_still_lists_a_deleted_page_brings_nothing() -> None:
    assert decide(looked("x"), [seen("x"), seen("x", 1, state="deleted")], "") == Verdict("repeat")


def test_a_page_that_is_back_is_a_revision() -> None:
    history = [seen("x"), seen("x", 1, state="deleted")]
    assert decide(looked("x", hops=RECHECK), history, "") == Verdict("revision", 2, remember=True)


@pytest.mark.parametrize(
    ("sighting", "verdict"),
    [
        (seen("x", 0, HERE), Verdict("new", 0)),
        (seen("x", 2, HERE), Verdict("revision", 2)),
        (seen("x", 0, HERE, kind="copy", original_id="o"), Verdict("copy", 0, "o")),
    ],
)
def test_a_redelivered_record_gets_its_verdict_again(sighting: Sighting, verdict: Verdict) -> None:
    assert decide(looked("x"), [sighting, seen("later", 3, LATER)], "another") == verdict


def test_a_redelivered_repeat_is_one_again_whatever_came_behind_it() -> None:
    page = looked("x", hops=RECHECK)
    assert decide(page, [seen("x")], "") == Verdict("repeat")
    assert decide(page, [seen("x"), seen("y", 1, LATER)], "") == Verdict("repeat")


def test_revisions_go_on_counting_where_a_log_began_again() -> None:
    assert decide(looked("z"), [seen("x", 0, LATER)], "") == Verdict("revision", 1, remember=True)


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.booleans()), max_size=12), st.data())
def test_deciding_again_from_any_record_on_changes_nothing(told: list[tuple[str, bool]], data: Any) -> None:
    records = [
        looked(text, f"articles.raw/0/{n}", hops=RECHECK if recheck else ()) for n, (text, recheck) in enumerate(told)
    ]
    history: list[Sighting] = []

    def tell(some: Sequence[Any]) -> list[Verdict]:
        said = []
        for each in some:
            verdict = decide(each, history, "")
            if verdict.remember:
                history.append(seen(each.text_hash, verdict.revision, each.position))
            said.append(Verdict(verdict.kind, verdict.revision))
        return said

    first = tell(records)
    kept = list(history)
    begin = data.draw(st.integers(0, len(records)))
    assert tell(records[begin:]) == first[begin:]
    assert history == kept
    assert [each.revision for each in history] == list(range(len(history)))


def test_only_records_of_one_partition_have_an_order() -> None:
    assert behind("articles.raw/0/10", "articles.raw/0/9")
    assert not behind("articles.raw/0/9", "articles.raw/0/9")
    assert not behind("articles.raw/1/10", "articles.raw/0/9")
    assert not behind("pushed", "articles.raw/0/9")


def known(name: str, shingles: list[int], minutes: int = 0, source: str = "s", original: str = "") -> Known:
    return Known(name, original, source, np.array(shingles, np.uint32), NOW + timedelta(minutes=minutes))


TEXT = np.arange(100, dtype=np.uint32)
MEASURE = Measure(0.6, 0.8, 40)


def original(source: str, some: list[Known], measure: Measure = MEASURE) -> str:
    return original_of(looked(shingles=TEXT, source=source), some, measure)


def test_no_original_without_likeness() -> None:
    assert original("t", []) == ""
    assert original("t", [known("a", [*range(50, 150)])]) == ""


def test_the_most_similar_is_the_original_and_the_earlier_wins_a_tie() -> None:
    near, same, later = (
        known("near", [*range(90)]),
        known("same", [*range(100)], 5),
        known("late", [*range(100)], 9),
    )
    assert original("t", [near, later, same]) == "same"


def test_a_copy_of_a_copy_is_a_copy_of_the_original() -> None:
    assert original("t", [known("copy", [*range(100)], original="first")]) == "first"


def test_a_source_does_not_copy_itself_unless_it_is_said_to() -> None:
    own = [known("own", [*range(100)], source="s")]
    assert original("s", own) == ""
    assert original("s", own, Measure(0.6, 0.8, 40, within_source=True)) == "own"


def test_a_shortened_text_is_a_copy_and_a_quotation_is_not() -> None:
    assert original("t", [known("full", [*range(400)])]) == "full"
    assert original("t", [known("quoted", [*range(39)])]) == ""
