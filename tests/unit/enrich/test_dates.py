"""Days, months and years that a text names."""

from datetime import UTC, datetime

import pytest

from consumers.enrich.figures.dates import MOST, dates
from tests.effort import demand_linear

WEDNESDAY = datetime(2026, 11, 25, 12, tzinfo=UTC)


def read(text: str, language: str = "en", published: datetime | None = WEDNESDAY) -> list[str]:
    return [each.date for each in dates(text, language, published)]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "on November 23, 2026", "2026-11-23"),
        ("en", "on 23rd November 2026", "2026-11-23"),
        ("en", "Sept. 3, 2026", "2026-09-03"),
        ("en", "in November 2024", "2024-11"),
        ("en", "since 2019", "2019"),
        ("en", "2026-11-23", "2026-11-23"),
        ("en", "11/23/2026", "2026-11-23"),
        ("en", "23/11/2026", "2026-11-23"),
        ("en", "03/04/2026", "2026"),
        ("ru", "23 ноября 2026 года", "2026-11-23"),
        ("ru", "23-го ноября 2026", "2026-11-23"),
        ("ru", "23.11.2026", "2026-11-23"),
        ("ru", "в январе 2024 года", "2024-01"),
        ("ru", "в 2024 году", "2024"),
        ("be", "23 лістапада 2026 года", "2026-11-23"),
        ("uk", "23 листопада 2026 року", "2026-11-23"),
        ("pl", "23 listopada 2026 roku", "2026-11-23"),
        ("pl", "w styczniu 2024", "2024-01"),
        ("de", "am 23. November 2026", "2026-11-23"),
        ("fr", "le 1er janvier 2026", "2026-01-01"),
        ("fr", "23/11/2026", "2026-11-23"),
        ("es", "el 23 de noviembre de 2026", "2026-11-23"),
        ("lt", "2026-11-23", "2026-11-23"),
    ],
)
def test_whole_dates_need_no_time_of_publication(language: str, text: str, found: str) -> None:
    assert read(text, language) == read(text, language, None) == [found]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "on Monday", "2026-11-23"),
        ("en", "on Wednesday", "2026-11-25"),
        ("en", "will meet on Friday", "2026-11-27"),
        ("en", "next Wednesday", "2026-12-02"),
        ("en", "yesterday", "2026-11-24"),
        ("en", "on January 5", "2027-01-05"),
        ("en", "in October", "2026-10"),
        ("ru", "в понедельник", "2026-11-23"),
        ("ru", "в пятницу состоится", "2026-11-27"),
        ("ru", "завтра", "2026-11-26"),
        ("be", "у нядзелю", "2026-11-22"),
        ("be", "учора", "2026-11-24"),
        ("uk", "у п'ятницю", "2026-11-20"),
        ("uk", "сьогодні", "2026-11-25"),
        ("pl", "w poniedziałek", "2026-11-23"),
        ("pl", "w przyszły piątek", "2026-11-27"),
        ("pl", "przedwczoraj", "2026-11-23"),
        ("de", "am Montag", "2026-11-23"),
        ("de", "wird am Freitag", "2026-11-27"),
        ("de", "erst morgen", "2026-11-26"),
        ("fr", "lundi prochain", "2026-11-30"),
        ("fr", "aujourd'hui", "2026-11-25"),
        ("es", "el lunes", "2026-11-23"),
        ("es", "mañana", "2026-11-26"),
    ],
)
def test_what_is_left_out_is_told_from_the_publication(language: str, text: str, found: str) -> None:
    assert read(text, language) == [found]
    assert read(text, language, None) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "they may march"),
        ("en", "version 1.2.3, room 2019"),
        ("en", "31/31/2026"),
        ("en", "February 30, 2026"),
        ("en", "2026-13-41"),
        ("en", "+2019-12"),
        ("de", "am Morgen"),
        ("es", "por la mañana"),
        ("be", "мая хата"),
        ("xx", "on Monday"),
    ],
)
def test_what_is_no_date(language: str, text: str) -> None:
    assert read(text, language) == []


def test_a_weekday_beside_its_date_is_one_mention() -> None:
    text = "On Monday, November 23, the council met."
    assert [text[each.start : each.end] for each in dates(text, "en", WEDNESDAY)] == ["November 23"]


def test_there_are_not_too_many() -> None:
    assert len(dates("5 May 2026. " * 500, "en", None)) == MOST


@pytest.mark.parametrize("unit", ["1.", "1/", "2026-", "May ", "Monday ", "23 ", "а", "\u0301", "de ", "٣ May "])
@pytest.mark.parametrize("language", ["en", "es", "ru", "und"])
def test_hostile_texts_take_no_time(unit: str, language: str) -> None:
    demand_linear(lambda size: dates((unit * size)[:size], language, WEDNESDAY), 50_000)
