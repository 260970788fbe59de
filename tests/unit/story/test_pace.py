"""Timeline and growth: what happened when, and how fast."""

from datetime import timedelta

from service.story import Growth, Stream, growth, timeline
from service.story.growth import QUIET
from tests.unit.story.telling import NOW, a_report, minutes

HOUR = timedelta(hours=1)


def test_a_story_is_told_hour_by_hour() -> None:
    reports = [
        a_report("a", 5, language="en"),
        a_report("b", 10, language="be"),
        a_report("a2", 50, source="a.test", language="en"),
        a_report("c", 130, language="en"),
    ]
    slots = timeline(reports, {each.article_id: each.source for each in reports}).slots
    assert [(slot.start, slot.articles, slot.origins, slot.new_origins, slot.first_in) for slot in slots] == [
        (NOW, 3, 2, 2, {"be": "b", "en": "a"}),
        (NOW + 2 * HOUR, 1, 1, 1, {}),
    ]


def test_days_hold_the_hours() -> None:
    told = timeline([a_report("a", 0), a_report("b", 24 * 60)], {}, "day")
    assert [(slot.start.hour, slot.articles) for slot in told.slots] == [(0, 1), (0, 1)]


def test_a_mere_date_counts_when_it_was_seen() -> None:
    dated = a_report("a", published_at=NOW.replace(hour=0), precision="day", seen_at=minutes(61))
    assert [slot.start for slot in timeline([dated], {}).slots] == [NOW + HOUR]


def test_articles_that_were_not_read_are_counted_all_the_same() -> None:
    told = timeline([a_report("a", 5)], {}, counts={NOW: 40, NOW + HOUR: 2})
    assert [(slot.articles, slot.origins) for slot in told.slots] == [(40, 1), (2, 0)]
    assert [slot.articles for slot in timeline([], {}, "day", {NOW: 40, NOW + HOUR: 2}).slots] == [42]


def test_dates_are_told_in_order_with_how_many_articles_name_them() -> None:
    told = timeline([], {}, dates=[["2026-03-20", "2026-03-20"], ["2026-03-20", "2026-03"], []])
    assert [(each.date, each.articles) for each in told.dates] == [("2026-03", 1), ("2026-03-20", 2)]
    assert timeline([], {}).slots == ()


def test_a_long_story_is_told_from_its_end() -> None:
    told = timeline([a_report(f"a{n}", n * 60) for n in range(10_000)], {})
    assert len(told.slots) == 500
    assert told.slots[-1].first_in == {}


def times(last_hour: int, before: int) -> list[timedelta]:
    """How long ago: some in the last hour, some in each hour of the day before it."""
    return [timedelta(minutes=30)] * last_hour + [HOUR * (hour + 1.5) for hour in range(24) for _ in range(before)]


def grown(last_hour: int, before: int, stream: Stream = QUIET) -> Growth:
    return growth([NOW - ago for ago in times(last_hour, before)], NOW, stream)


def test_a_story_that_goes_on_as_before_does_not_burst() -> None:
    found = grown(10, 10)
    assert (found.rate, found.bursts) == (10, False)
    assert 9 < found.before < 11


def test_a_story_that_comes_up_bursts() -> None:
    assert grown(30, 2).bursts
    assert grown(8, 0).bursts
    assert not grown(4, 0).bursts


def test_what_all_stories_do_is_no_burst_of_one() -> None:
    morning = Stream(now=900, before=300)
    assert grown(24, 8).bursts
    assert not grown(24, 8, morning).bursts
    assert grown(24, 8, morning).share == round(24 / 900, 4)


def test_a_quiet_stream_makes_a_burst_of_less() -> None:
    assert not grown(12, 5).bursts
    assert grown(12, 5, Stream(now=100, before=500)).bursts


def test_a_young_story_is_compared_with_the_time_it_has_lived() -> None:
    ages = [timedelta(minutes=10)] * 5 + [timedelta(minutes=100)] * 5
    assert growth([NOW - age for age in ages], NOW).before == 5


def test_nothing_and_articles_from_the_future_are_counted() -> None:
    assert growth([], NOW).rate == 0
    assert growth([NOW + HOUR] * 3, NOW).rate == 3
    assert growth([NOW - timedelta(days=400)], NOW).rate == 0
