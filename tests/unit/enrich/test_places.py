"""Countries and cities in texts of many languages."""

import json
from pathlib import Path

import pytest
from babel import Locale

from consumers.enrich.places.named import countries, places

LABELLED = Path(__file__).parents[2] / "data" / "enrich" / "countries.jsonl"
EXAMPLES = [json.loads(line) for line in LABELLED.read_text("utf-8").splitlines()]
PRECISION = 0.97
RECALL = 0.97
SPOKEN = """
ar be bg cs da de el en es et fi fr he hi hr hu id it ja ka ko lt lv mk nl no pl pt ro ru sk sl sr sv th
tr uk vi zh
"""
WORLD = """
AD AE AF AG AL AM AO AR AT AU AZ BA BB BD BE BF BG BH BI BJ BN BO BR BS BT BW BY BZ CA CD CF CG CH CI CL
CM CN CO CR CU CV CY CZ DE DJ DK DM DO DZ EC EE EG ER ES ET FI FJ FM FR GA GB GD GE GH GM GN GQ GR GT GW
GY HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KZ LA LB LC LI LK LR LS LT LU
LV LY MA MC MD ME MG MH MK ML MM MN MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NR NZ OM PA PE PG PH PK
PL PS PT PW PY QA RO RS RU RW SA SB SC SD SE SG SI SK SL SM SN SO SR SS ST SV SY SZ TD TG TH TJ TL TM TN
TO TR TT TV TW TZ UA UG US UY UZ VA VC VE VN VU WS XK YE ZA ZM ZW
"""


def named(text: str, language: str, title: str = "") -> tuple[str, ...]:
    return countries(places(title, text, language))


def cities(text: str, language: str) -> dict[str, str]:
    return {place.name: place.country for place in places("", text, language) if place.geoname_id}


@pytest.mark.slow
def test_countries_of_the_labelled_sentences() -> None:
    right = wrong = missed = 0
    for example in EXAMPLES:
        found, wanted = set(named(example["text"], example["lang"])), set(example["countries"])
        right, wrong, missed = right + len(found & wanted), wrong + len(found - wanted), missed + len(wanted - found)
    assert right / (right + wrong) >= PRECISION
    assert right / (right + missed) >= RECALL


@pytest.mark.parametrize("language", SPOKEN.split())
def test_every_country_is_found_by_its_own_name(language: str) -> None:
    names = Locale.parse(language).territories
    assert [code for code in WORLD.split() if code not in named(names[code], language)] == []


def test_the_most_named_comes_first() -> None:
    assert named("Latvia sent a boat to Estonia. Estonia thanked. Estonia sent it back.", "en") == ("EE", "LV")


def test_title_and_text_both_count() -> None:
    assert [(p.country, p.count) for p in places("Latvia votes", "In Latvia people vote.", "en")] == [("LV", 2)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Беларусь, Беларусі, Беларуссю", "be"),
        ("Польшча, Польшчы, у Польшчы, Польшчу", "be"),
        ("Россия, России, Россией, Россию", "ru"),
        ("Египет, Египта, в Египте, Египтом", "ru"),
        ("Францыя, Францыі, Францыю, Францыяй", "be"),
        ("Єгипет, в Єгипті, Єгиптом", "uk"),
        ("Польща, Польщі, з Польщею", "uk"),
        ("Poljska, Poljske, na Poljskem, s Poljsko", "sl"),
        ("Україна, України, Україну, Україною, в Україні", "uk"),
        ("Německo, Německa, Německu, v Německu, Německem", "cs"),
        ("Niemcy, w Niemczech, do Niemiec, z Niemcami", "pl"),
        ("Slovenija, Slovenije, Sloveniji, Slovenijo", "sl"),
        ("Suomi, Suomen, Suomessa, Suomeen", "fi"),
        ("Türkiye, Türkiye'nin, Türkiye'de", "tr"),
    ],
)
def test_cases_of_a_name_are_the_name(text: str, language: str) -> None:
    (country,) = [place for place in places("", text, language) if not place.geoname_id]
    assert country.count == len(text.split(","))


def test_adjectives_count_from_three_up_or_beside_the_name() -> None:
    assert named("A Turkish choir and a Turkish band.", "en") == ()
    assert named("A Turkish choir, a Turkish band, a Turkish cook.", "en") == ("TR",)
    assert places("", "A Turkish choir came from Turkey.", "en")[0].count == 2


def test_capitals_are_no_metonyms() -> None:
    assert named("Minsk and Warsaw disagree, and Moscow watches.", "en") == ()
    assert set(cities("Minsk and Warsaw disagree, and Moscow watches.", "en").values()) == {"BY", "PL", "RU"}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("New Mexico and New Jersey", "en"),
        ("w Nowym Meksyku", "pl"),
        ("en Nueva Jersey", "es"),
        ("в Северной Ирландии", "ru"),
    ],
)
def test_look_alikes_are_passed_over(text: str, language: str) -> None:
    assert named(text, language) == ()


def test_a_country_that_is_a_name_too() -> None:
    assert named("We met Michael Jordan and Chad Miller.", "en") == ()
    assert named("We flew to Jordan, then on to Chad.", "en") == ("JO", "TD")


def test_letters_of_the_other_alphabet_are_seen_through() -> None:
    assert named("Делегация США прибыла".replace("С", "C").replace("А", "A"), "ru") == ("US",)


def test_an_acronym_needs_capitals_and_a_quiet_neighbourhood() -> None:
    assert named("Officials from the US arrived", "en") == ("US",)
    assert named("They told us the rest", "en") == named("LEAVE US ALONE", "en") == ()


@pytest.mark.parametrize(
    ("text", "language", "city"),
    [
        ("Пасол прыехаў у Мінск з Беларусі", "be", ("Minsk", "BY")),
        ("Потяг прибув до Києва", "uk", ("Kyiv", "UA")),
        ("Поезд прибыл из Москвы", "ru", ("Moscow", "RU")),
        ("Pociąg przyjechał do Warszawy", "pl", ("Warsaw", "PL")),
        ("Vlak přijel do Prahy", "cs", ("Prague", "CZ")),
        ("Le train est arrivé à Varsovie", "fr", ("Warsaw", "PL")),
        ("列车抵达北京。", "zh", ("Beijing", "CN")),
        ("Яна едзе ў Вільню сёння", "be", ("Vilnius", "LT")),
        ("Яна едзе ў Гомель сёння", "be", ("Homyel'", "BY")),
        ("وصل القطار إلى بغداد", "ar", ("Baghdad", "IQ")),
        ("Juna saapui Tukholmaan", "fi", ("Stockholm", "SE")),
    ],
)
def test_cities_are_found_in_their_cases_and_scripts(text: str, language: str, city: tuple[str, str]) -> None:
    assert city in cities(text, language).items()


def test_a_name_of_many_cities_is_settled_by_the_country() -> None:
    assert cities("In Venezuela, people left Valencia by bus.", "en") == {"Valencia": "VE"}
    assert cities("In Spain, people left Valencia by bus.", "en") == {"Valencia": "ES"}


def test_a_city_at_home_in_the_language_needs_no_country() -> None:
    assert cities("Цягнік едзе ў Баранавічы праз лес", "be") == {"Baranovichi": "BY"}
    assert cities("The train goes to Baranovichi at noon", "en") == {}


def test_people_named_like_cities_are_no_places() -> None:
    assert cities("A novel by Jack London, read by Vladimir Petrov and Mary Smith.", "en") == {}


def test_a_word_that_only_opens_sentences_is_no_city() -> None:
    assert "Nice" not in cities("Nice weather today. Nobody complained.", "en")


@pytest.mark.parametrize("language", ["und", "xx", "", "tlh", "zh-classical"])
def test_unknown_languages_have_english_names(language: str) -> None:
    assert named("A ship from Estonia", language) == ("EE",)


def test_nothing_gives_nothing() -> None:
    assert places("", "", "en") == ()
    assert countries(()) == ()


def test_hostile_text_takes_no_time() -> None:
    assert places("", "New San El La De " * 5000 + "中国" * 5000, "en") is not None
