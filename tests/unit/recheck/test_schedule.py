"""What follows from a look, and when is the next one?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from consumers.pages.extract import text_hash
from consumers.recheck.looks import Look, LookKind
from consumers.recheck.schedule import Decision, decide
from consumers.recheck.wordings import without_counters
from service.messages import Page, RawArticle
from service.model.rechecks import UNREAD, Baseline, Claimed, Recheck, first_look
from service.settings import RecheckSettings
from tests.builders import NOW, TEXT, a_stored_article, an_enriched_article

HOME = "https://harbour-gazette.com/ferry"
HOUR = timedelta(hours=1)
SETTINGS = RecheckSettings()
EDITED = TEXT.replace("three", "five")


def said(text: str | None, title: str = "Ferry resumes", of: str = "") -> Baseline:
    return Baseline(HOME, title, text, text_hash(of or text or TEXT))


def claimed(baseline: Baseline | None = None, **given: Any) -> Claimed:
    own = {name: given.pop(name) for name in ("step", "tries", "missing") if name in given}
    recheck = Recheck("a", NOW, NOW + HOUR, baseline=said(None) if baseline is None else baseline, **own)
    return Claimed(recheck, an_enriched_article(url=HOME, **({"title": "Ferry resumes"} | given)))


def page(text: str = TEXT, title: str = "Ferry resumes", moved_to: str = "") -> Look:
    return Look("page", "", moved_to or HOME, title, text, text_hash(text), '"2"', moved_to)


def decided(known: Claimed, look: Look, after: timedelta = HOUR, **settings: Any) -> Decision:
    return decide(known, look, NOW + after, RecheckSettings(**settings))


def told(decision: Decision) -> RawArticle:
    assert decision.raw
    return decision.raw


def looked(decision: Decision) -> Recheck:
    assert decision.recheck
    return decision.recheck


def test_a_page_that_stays_as_it_is_changes_nothing() -> None:
    found = decided(claimed(), page())
    assert (found.outcome, found.raw) == ("unchanged", None)
    assert (looked(found).step, looked(found).due_at) == (1, NOW + 24 * HOUR)
    assert looked(found).baseline.etag == '"2"'
    assert decided(claimed(), Look("same")).outcome == "unchanged"


def test_the_last_look_is_the_last() -> None:
    found = decided(claimed(step=2), page(), 168 * HOUR)
    assert (found.outcome, found.recheck) == ("unchanged", None)


def test_a_look_that_comes_late_skips_those_that_it_makes_needless() -> None:
    assert looked(decided(claimed(), page(), 30 * HOUR)).due_at == NOW + 168 * HOUR
    assert decided(claimed(), page(), 200 * HOUR).recheck is None


def test_an_edit_is_passed_on_as_the_page_says_it() -> None:
    found = decided(claimed(), page(EDITED))
    raw = told(found)
    assert found.outcome == "edited"
    assert (raw.url, raw.title, raw.content, raw.complete) == (HOME, "Ferry resumes", EDITED, True)
    assert (raw.state, raw.summary, raw.seen_at) == ("published", "", NOW + HOUR)
    assert [(hop.stage, hop.outcome) for hop in raw.hops] == [("recheck", "edited")]
    assert (raw.earlier_title, raw.earlier_text) == ("", "")
    assert looked(found).baseline == Baseline(HOME, "Ferry resumes", EDITED, text_hash(EDITED), '"2"')


def test_another_title_is_an_edit_only_if_the_page_had_one() -> None:
    raw = told(decided(claimed(), page(title="Ferry sinks")))
    assert (raw.title, raw.earlier_title) == ("Ferry sinks", "Ferry resumes")
    other = claimed(title="The feed says otherwise")
    raw = told(decided(other, page(title="Ferry sinks")))
    assert (raw.title, raw.earlier_title) == ("Ferry sinks", "Ferry resumes")
    kept = told(decided(other, page(EDITED)))
    assert (kept.title, kept.earlier_title) == ("The feed says otherwise", "")
    assert decided(claimed(said(None, title="")), page(title="Ferry resumes")).outcome == "unchanged"
    assert decided(claimed(), page(title="")).outcome == "unchanged"


def test_where_the_feed_said_something_else_the_pages_own_past_goes_along() -> None:
    raw = told(decided(claimed(said(TEXT), content="A short summary."), page(EDITED)))
    assert (raw.content, raw.earlier_text) == (EDITED, TEXT)


def test_the_first_look_only_notes_what_the_page_says() -> None:
    found = decided(claimed(UNREAD), page(EDITED))
    assert (found.outcome, found.raw) == ("baseline", None)
    assert looked(found).baseline.text == EDITED
    only_hash = said(None, of="what the page said, which nobody kept")
    assert decided(claimed(only_hash), page(EDITED)).outcome == "baseline"


COSMETIC = TEXT.replace("Saturday morning", "Saturday, morning").replace("mainland", "Mainland")


def test_cosmetic_changes_are_passed_over_unless_they_are_wanted() -> None:
    found = decided(claimed(), page(COSMETIC))
    assert (found.outcome, looked(found).baseline.text_hash) == ("unchanged", text_hash(TEXT))
    assert decided(claimed(), page(COSMETIC), cosmetic=True).outcome == "edited"


COUNTERS = [
    "1,234 views",
    "Updated 5 minutes ago",
    "Comments (14)",
    "Просмотров: 512",
    "Абноўлена 12:30",
    "12 komentarzy",
    "4 min",
]


@pytest.mark.parametrize("line", COUNTERS)
def test_a_counter_is_no_news(line: str) -> None:
    known = claimed(content=f"{TEXT}\n{line}", baseline=said(None, of=f"{TEXT}\n{line}"))
    later = line.replace("1", "7").replace("5", "9").replace("4", "6")
    assert later != line
    assert decided(known, page(f"{TEXT}\n{later}")).outcome == "unchanged"


@pytest.mark.parametrize(
    "line", ["52 released", "Toll: 52", "He waited 5 minutes before the court of the city let him in."]
)
def test_what_is_no_counter_is_news(line: str) -> None:
    assert without_counters(line) == line
    known = claimed(content=f"{TEXT}\n{line}", baseline=said(None, of=f"{TEXT}\n{line}"))
    assert decided(known, page(f"{TEXT}\n{line.replace('5', '9')}")).outcome == "edited"


def test_a_page_is_deleted_once_a_second_look_agrees() -> None:
    first = decided(claimed(), Look("missing", "status 404"))
    assert (first.outcome, first.raw) == ("suspected", None)
    assert looked(first).due_at == NOW + HOUR + timedelta(minutes=SETTINGS.confirm_minutes)
    again = Claimed(looked(first), claimed().enriched)
    second = decided(again, Look("missing", "status 404"), 2 * HOUR)
    raw = told(second)
    assert second.outcome == "deleted"
    assert (raw.state, raw.title, raw.content, raw.complete) == ("deleted", "Ferry resumes", TEXT, True)
    assert (looked(second).missing, looked(second).step) == ("", 1)


@pytest.mark.parametrize("kind", ["page", "same"])
def test_a_page_that_is_back_at_the_second_look_was_never_gone(kind: LookKind) -> None:
    suspected = claimed(missing="status 404")
    found = decided(suspected, page() if kind == "page" else Look("same"))
    assert (found.outcome, looked(found).missing) == ("unchanged", "")
    assert decided(Claimed(looked(found), suspected.enriched), Look("missing", "x")).outcome == "suspected"


def test_an_error_in_between_neither_deletes_nor_absolves() -> None:
    found = decided(claimed(missing="status 404"), Look("nothing", "status 503"))
    assert (found.outcome, looked(found).missing) == ("nothing", "status 404")


def test_a_deleted_page_is_not_deleted_again_and_may_come_back() -> None:
    gone = claimed(state="deleted")
    assert decided(gone, Look("missing", "status 404")).outcome == "unchanged"
    found = decided(gone, page())
    assert (found.outcome, told(found).state, told(found).content) == ("restored", "published", TEXT)


AWAY = "https://harbour-gazette.com/archive/ferry"


def test_a_page_that_moves_is_told_once_and_may_come_home() -> None:
    found = decided(claimed(), page(moved_to=AWAY))
    assert (found.outcome, told(found).state, told(found).moved_to) == ("moved", "moved", AWAY)
    assert looked(found).baseline.url == HOME
    moved = claimed(state="moved", moved_to=AWAY)
    assert decided(moved, page(moved_to=AWAY)).outcome == "unchanged"
    edited = told(decided(moved, page(EDITED, moved_to=AWAY)))
    assert (edited.state, edited.moved_to, edited.content) == ("moved", AWAY, EDITED)
    home = told(decided(moved, page()))
    assert (home.state, home.moved_to) == ("published", "")


def test_what_tells_nothing_is_tried_again_less_and_less_often() -> None:
    known, at = claimed(), HOUR
    waits = []
    for _ in range(SETTINGS.tries - 1):
        recheck = looked(decided(known, Look("nothing", "status 503"), at))
        waits.append(recheck.due_at - (NOW + at))
        at, known = recheck.due_at - NOW, Claimed(recheck, known.enriched)
    assert waits == [timedelta(minutes=15), timedelta(minutes=30)]
    last = looked(decided(known, Look("nothing", "status 503"), at))
    assert (last.step, last.tries, last.due_at) == (1, 0, NOW + 24 * HOUR)


def test_a_page_that_may_not_be_read_is_left_alone() -> None:
    assert decided(claimed(), Look("forbidden", "robots.txt")).recheck is None
    later = decided(claimed(), Look("later", "the host must be left alone"))
    assert (looked(later).step, looked(later).due_at) == (0, NOW + HOUR + timedelta(minutes=1))


def test_the_same_look_gives_the_same_text_again() -> None:
    assert told(decided(claimed(), page(EDITED))) == told(decided(claimed(), page(EDITED)))


def test_the_first_look_is_due_after_publication() -> None:
    after = SETTINGS.after_hours
    fresh = first_look(a_stored_article(url=HOME), after, NOW)
    assert fresh
    assert (fresh.step, fresh.due_at, fresh.baseline) == (0, NOW + HOUR, UNREAD)
    yesterday = {"published_at": NOW - 2 * HOUR, "seen_at": NOW}
    older = first_look(a_stored_article(url=HOME, **yesterday), after, NOW)
    assert older
    assert (older.step, older.due_at) == (1, NOW + 22 * HOUR)
    assert first_look(a_stored_article(url=HOME, published_at=NOW - 200 * HOUR, seen_at=NOW), after, NOW) is None
    assert first_look(a_stored_article(url=HOME, revision=1, kind="revision"), after, NOW) is None
    assert first_look(a_stored_article(url=f"{HOME}#entry-1"), after, NOW) is None
    assert first_look(a_stored_article(url=HOME), (), NOW) is None


def test_what_enrich_read_is_what_the_page_said_before() -> None:
    page = Page(url=HOME, title="Ferry resumes", text_hash=text_hash(TEXT))
    found = first_look(a_stored_article(url=HOME, page=page), SETTINGS.after_hours, NOW)
    assert found
    assert replace(found.baseline, text=TEXT) == said(TEXT)
