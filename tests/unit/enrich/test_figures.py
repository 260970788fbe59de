"""Numbers with their units and what they count."""

import pytest

from consumers.enrich.figures.amounts import MOST, figures
from tests.effort import demand_linear


def read(text: str, language: str = "en") -> list[str]:
    """Each figure in one line: bound, value, unit, what is counted."""
    found = figures(text, language)
    return [" ".join(filter(None, (each.bound, each.value, each.unit, each.counts))) for each in found]


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "1,300 prisoners were held", ["1300 prisoners"]),
        ("en", "52 released on Monday", ["52 released"]),
        ("en", "At least 52 political prisoners went home", ["least 52 political prisoners"]),
        ("en", "thirteen hundred workers and two men", ["1300 workers", "2 men"]),
        ("en", "Thirty-two new ferries", ["32 new ferries"]),
        ("en", "dozens of people", ["12 people"]),
        ("en", "52 of the prisoners", ["52 prisoners"]),
        ("ru", "Освобождены 52 политзаключённых", ["52 политзаключённых"]),
        ("ru", "более 1 300 мирных жителей", ["least 1300 мирных жителей"]),
        ("ru", "двадцать пять человек", ["25 человек"]),
        ("be", "вызвалены 52 чалавекі", ["52 чалавекі"]),
        ("uk", "щонайменше двадцять п'ять осіб", ["least 25 осіб"]),
        ("pl", "zwolniono 52 osoby", ["52 osoby"]),
        ("pl", "pięćdziesiąt dwie osoby", ["52 osoby"]),
        ("de", "52 Gefangene freigelassen", ["52 Gefangene"]),
        ("de", "zweiundfünfzig politische Gefangene", ["52 politische Gefangene"]),
        ("de", "2.500 Menschen", ["2500 Menschen"]),
        ("fr", "52 prisonniers politiques libérés", ["52 prisonniers politiques"]),
        ("fr", "cinquante-deux personnes", ["52 personnes"]),
        ("es", "treinta y dos personas", ["32 personas"]),
        ("es", "más de 1.300 detenidos", ["least 1300 detenidos"]),
        ("lt", "52 kaliniai", ["52 kaliniai"]),
    ],
)
def test_what_is_counted(language: str, text: str, found: list[str]) -> None:
    assert read(text, language) == found


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("en", "3.5 million euros", "3500000 EUR"),
        ("en", "$3.5 million", "3500000 USD"),
        ("en", "€3.5m", "3500000 EUR"),
        ("en", "A$20bn", "20000000000 AUD"),
        ("en", "12 per cent", "12 %"),
        ("en", "12%", "12 %"),
        ("en", "5km", "5 km"),
        ("en", "2.125 million tonnes", "2125000 t"),
        ("en", "2 percentage points", "2 pp"),
        ("de", "2,125 Millionen Euro", "2125000 EUR"),
        ("de", "mindestens 3,5 Mio. Euro", "least 3500000 EUR"),
        ("ru", "до 1,3 млн рублей", "most 1300000 RUB"),
        ("ru", "12 процентов", "12 %"),
        ("be", "300 рублёў", "300 BYN"),
        ("uk", "понад 3,5 млн гривень", "least 3500000 UAH"),
        ("pl", "12 proc.", "12 %"),
        ("pl", "1,3 mln złotych", "1300000 PLN"),
        ("fr", "au moins 3,5 millions d'euros", "least 3500000 EUR"),
        ("fr", "12 %", "12 %"),
        ("es", "3,5 millones de euros", "3500000 EUR"),
    ],
)
def test_units(language: str, text: str, found: str) -> None:
    assert read(text, language) == [found]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "in 2025"),
        ("en", "on May 5, 2026"),
        ("en", "on 23 November"),
        ("en", "the 52nd meeting"),
        ("en", "at 18:30, at 6 pm"),
        ("en", "a 3-1 win"),
        ("en", "call +375 29 123-45-67"),
        ("en", "the B-52 and the G7"),
        ("en", "the 11/23/2026 edition of version 1.2.3"),
        ("en", "one of them"),
        ("ru", "23 ноября 2026 года в 18.30"),
        ("ru", "52-летний"),
        ("pl", "52. rocznica"),
        ("pl", "o godz. 18.30"),
        ("de", "am 3. Oktober um 18.30 Uhr"),
        ("fr", "le 1er janvier à 18h30"),
        ("es", "el 23 de noviembre"),
    ],
)
def test_what_counts_nothing_is_no_figure(language: str, text: str) -> None:
    assert read(text, language) == []


def test_a_year_that_counts_people_is_none() -> None:
    assert read("In 2000 there were 2000 people") == ["2000 people"]


def test_places_are_those_of_the_text() -> None:
    text = "Police said that at least 3.5 million euros were found by two men."
    assert [text[each.start : each.end] for each in figures(text, "en")] == ["3.5 million euros", "two"]


def test_there_are_not_too_many() -> None:
    assert len(figures("5 boats. " * 500, "en")) == MOST


@pytest.mark.parametrize(
    "unit", ["1.", "1 000 ", "а", "twenty ", "1", "23 May ", "$", "+1-", "12:", "\u0301", "٣", "5 of "]
)
@pytest.mark.parametrize("language", ["en", "de", "ru", "und"])
def test_hostile_texts_take_no_time(unit: str, language: str) -> None:
    demand_linear(lambda size: figures((unit * size)[:size], language), 50_000)
