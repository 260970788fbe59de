"""New, a revision, a copy or a repeat: is the rule right?"""

from datetime import timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumers.dedupe.decide import Verdict, decide, original_of
from consumers.dedupe.fingerprint import Known
from service.model import Sighting
from tests.builders import NOW

HERE = "articles.raw/0/7"
EARLIER = "articles.raw/0/3"


def seen(text_hash: str, revision: int = 0, position: str = EARLIER, **given: str) -> Sighting:
    kind = given.get("kind", "revision" if revision else "new")
    return Sighting("u", text_hash, "a", revision, kind, given.get("original_id", ""), position, NOW)  # type: ignore[arg-type]


def test_the_first_text_at_an_address_is_new() -> None:
    assert decide("x", HERE, [], "") == Verdict("new", 0, remember=True)


def test_a_first_text_like_another_article_is_its_copy() -> None:
    assert decide("x", HERE, [], "original") == Verdict("copy", 0, "original", remember=True)


def test_the_same_text_again_is_a_repeat() -> None:
    assert decide("x", HERE, [seen("x")], "") == Verdict("repeat")


def test_another_text_at_the_address_is_the_next_revision() -> None:
    history = [seen("x"), seen("y", 1)]
    assert decide("z", HERE, history, "") == Verdict("revision", 2, remember=True)


def test_a_revision_of_a_copy_keeps_its_original() -> None:
    history = [seen("x", kind="copy", original_id="o")]
    assert decide("y", HERE, history, "") == Verdict("revision", 1, "o", remember=True)


@pytest.mark.parametrize(
    ("sighting", "verdict"),
    [
        (seen("x", 0, HERE), Verdict("new", 0)),
        (seen("x", 2, HERE), Verdict("revision", 2)),
        (seen("x", 0, HERE, kind="copy", original_id="o"), Verdict("copy", 0, "o")),
    ],
)
def test_a_redelivered_record_gets_its_verdict_again(sighting: Sighting, verdict: Verdict) -> None:
    assert decide("x", HERE, [sighting, seen("later", 3)], "another") == verdict


@given(st.lists(st.sampled_from("xyz"), max_size=8))
def test_revisions_count_the_different_texts(texts: list[str]) -> None:
    history: list[Sighting] = []
    for n, text in enumerate(texts):
        verdict = decide(text, f"articles.raw/0/{n}", history, "")
        if verdict.remember:
            history.append(seen(text, verdict.revision, f"articles.raw/0/{n}"))
    assert [each.revision for each in history] == list(range(len(set(texts))))


def known(name: str, shingles: list[int], minutes: int = 0, source: str = "s", original: str = "") -> Known:
    return Known(name, original, source, np.array(shingles, np.uint32), NOW + timedelta(minutes=minutes))


TEXT = np.arange(100, dtype=np.uint32)


def test_no_original_without_likeness() -> None:
    assert original_of("t", TEXT, [], 0.6) == ""
    assert original_of("t", TEXT, [known("a", [*range(50, 150)])], 0.6) == ""


def test_the_most_similar_is_the_original_and_the_earlier_wins_a_tie() -> None:
    near, same, later = (
        known("near", [*range(90)]),
        known("same", [*range(100)], 5),
        known("late", [*range(100)], 9),
    )
    assert original_of("t", TEXT, [near, later, same], 0.6) == "same"


def test_a_copy_of_a_copy_is_a_copy_of_the_original() -> None:
    assert original_of("t", TEXT, [known("copy", [*range(100)], original="first")], 0.6) == "first"


def test_a_source_does_not_copy_itself() -> None:
    assert original_of("s", TEXT, [known("own", [*range(100)], source="s")], 0.6) == ""
