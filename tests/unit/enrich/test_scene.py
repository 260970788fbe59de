"""Where it happened, what only stands for a government, regions, and names that mean several things."""

import pytest

from consumers.enrich.places.named import countries, located, places
from service.messages import Place
from tests.effort import demand_linear


def scene(text: str, language: str, title: str = "") -> str:
    return located(title, text, language)[1]


def named(text: str, language: str) -> tuple[str, ...]:
    return countries(places("", text, language))


def regions(text: str, language: str) -> list[str]:
    return [place.region for place in places("", text, language) if place.region]


def metonyms(text: str, language: str) -> list[tuple[str, str]]:
    return [(place.name, place.country) for place in places("", text, language) if place.metonym]


@pytest.mark.parametrize(
    ("text", "language", "country"),
    [
        ("MINSK, 23 November (BelTA) - Lithuania sent a note to Poland.", "en", "BY"),
        ("KYIV, Ukraine (Courier) — Poland sent a note.", "en", "UA"),
        ("МИНСК, 23 ноя — Вестник. Литва отправила ноту.", "ru", "BY"),
        ("WARSZAWA (Kurier) - Litwa wysłała notę.", "pl", "PL"),
        ("23 лістапада, Мінск /Веснік/. Літва даслала ноту.", "be", "BY"),
        ("Die Delegation aus Polen reiste ab. In Vilnius schneite es.", "de", "LT"),
        ("Vilniuje susitiko Lenkijos ir Latvijos ministrai.", "lt", "LT"),
        ("Helsingissä tapasivat Ruotsin ja Viron ministerit.", "fi", "FI"),
        ("Poland and Latvia agreed on trains.", "en", ""),
        ("", "en", ""),
    ],
)
def test_the_scene_is_where_it_happened(text: str, language: str, country: str) -> None:
    assert scene(text, language) == country


def test_two_countries_with_the_same_claim_are_no_scene() -> None:
    assert scene("People marched in Poland. People marched in Latvia.", "en") == ""


def test_going_somewhere_counts_less_than_being_there() -> None:
    assert scene("Пасол паехаў у Варшаву, а нарада прайшла ў Вільні.", "be") == "LT"


def test_the_title_can_tell_the_scene() -> None:
    assert scene("Nobody was hurt.", "en", "Train stops in Latvia") == "LV"


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("The Kremlin and the White House kept silent.", "en", [("Kremlin", "RU"), ("White House", "US")]),
        ("Białego Domu nie przekonano, powiedział doradca.", "pl", [("Biały Dom", "US")]),
        ("Крэмль маўчыць.", "be", [("Крэмль", "RU")]),
        ("Moscow objects to the plan.", "en", [("Moscow", "RU")]),
        ("Snow fell in Moscow.", "en", []),
    ],
)
def test_metonyms_are_marked_and_name_no_country(text: str, language: str, found: list[tuple[str, str]]) -> None:
    assert metonyms(text, language) == found
    assert named(text, language) == ()


@pytest.mark.parametrize(
    ("text", "language", "code"),
    [
        ("Hikers found a cave in New Mexico.", "en", "US-NM"),
        ("In Northern Ireland a river rose.", "en", "GB-NIR"),
        ("Пажар у Брэсцкай вобласці патушылі.", "be", "BY-BR"),
        ("В Одесской области прошёл дождь.", "ru", "UA-51"),
        ("W województwie mazowieckim spadł śnieg.", "pl", "PL-14"),
        ("In Bayern schneit es.", "de", "DE-BY"),
    ],
)
def test_regions_are_found_with_their_codes(text: str, language: str, code: str) -> None:
    assert regions(text, language) == [code]
    assert named(text, language) == ()


@pytest.mark.parametrize(
    ("text", "country", "region"),
    [
        ("A storm in Georgia knocked down trees across Atlanta.", (), ["US-GA"]),
        ("The state of Georgia counts votes.", (), ["US-GA"]),
        ("Georgia and Armenia reopen a line, officials in Tbilisi said.", ("GE", "AM"), []),
        ("The president of Georgia flew to New York.", ("GE",), []),
    ],
)
def test_georgia_is_settled_by_what_is_near(text: str, country: tuple[str, ...], region: list[str]) -> None:
    assert (named(text, "en"), regions(text, "en")) == (country, region)


def test_paris_texas_is_not_in_france() -> None:
    found, scene = located("", "In Paris, Texas, people gathered for a fair.", "en")
    assert found == (Place("Texas", "US", 0, 1, region="US-TX"),)
    assert scene == "US"


def test_granada_is_a_city_unless_islands_are_near() -> None:
    assert named("En Granada ardió un mercado.", "es") == ()
    assert set(named("Dominica y Granada esperan el huracán.", "es")) == {"DM", "GD"}


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Беларускі тэатр прыехаў.", "be", ()),
        ("Беларускі тэатр, беларуская мова і беларускія песні.", "be", ("BY",)),
        ("Los franceses votan.", "es", ("FR",)),
        ("Los quesos franceses ganan.", "es", ()),
        ("Gli svizzeri votano.", "it", ("CH",)),
        ("Herr Schweizer und Frau Pole singen.", "de", ()),
    ],
)
def test_people_count_and_few_adjectives_do_not(text: str, language: str, found: tuple[str, ...]) -> None:
    assert named(text, language) == found


@pytest.mark.parametrize(
    "part",
    ["Georgia, Texas, ", "in in in ", "In Paris, Texas, Georgia ", "(((", "MINSK, 23 ", "Новая Гвінея ", "中国在北京"],
)
def test_hostile_text_takes_time_in_proportion(part: str) -> None:
    def work(length: int) -> None:
        text = part * (length // len(part))
        located(text[:200], text, "zh" if "中" in part else "en")

    demand_linear(work, 100_000)
