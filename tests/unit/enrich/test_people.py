"""People and organisations in a text, under one id."""

import pytest

from consumers.enrich.people.who import MOST, entities
from service.messages import Entity
from tests.effort import demand_linear


def found(text: str, language: str, title: str = "") -> dict[str, Entity]:
    return {each.name: each for each in entities(title, text, language)}


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Russian President Vladimir Putin spoke.", "en"),
        ("Выступил президент России Владимир Путин.", "ru"),
        ("Выступіў прэзідэнт Расіі Уладзімір Пуцін.", "be"),
        ("Виступив президент Росії Володимир Путін.", "uk"),
        ("Przemówił prezydent Rosji Władimir Putin.", "pl"),
        ("Es sprach der russische Präsident Wladimir Putin.", "de"),
        ("Le président russe Vladimir Poutine a parlé.", "fr"),
        ("Habló el presidente ruso Vladímir Putin.", "es"),
        ("Kalbėjo Rusijos prezidentas Vladimiras Putinas.", "lt"),
        ("Promluvil ruský prezident Vladimir Putin.", "cs"),
    ],
)
def test_title_and_country_are_split_off(text: str, language: str) -> None:
    (person,) = entities("", text, language)
    assert (person.id, person.kind, person.country) == ("person_vladimir-putin", "person", "RU")
    assert person.role.casefold().startswith(("pr", "пр"))
    assert len(person.name.split()) == 2


def test_a_surname_counts_for_the_one_full_name_and_for_none_of_two() -> None:
    told = found("Then Marta Velin came. Velin spoke. Anna Brook and Peter Brook left. Brook said so.", "en")
    assert told["Marta Velin"].count == 2
    assert told["Anna Brook"].count == told["Peter Brook"].count == 1


def test_a_surname_alone_is_nobody() -> None:
    assert entities("", "Later Velin spoke. Then Velin left with Putin.", "en") == ()


def test_an_organisation_before_a_role_is_taken_apart() -> None:
    told = found("European Commission President Ursula von der Leyen spoke.", "en")
    assert {each.kind for each in told.values()} == {"person", "organisation"}
    assert told["Ursula von der Leyen"].id == "person_ursula-von-der-leyen"


def test_an_acronym_is_what_the_text_says_it_is() -> None:
    told = found("The Harbour Workers' Union (HWU) met. HWU members voted.", "en")
    assert told["Harbour Workers' Union"].count == 2


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Am Montag fuhr der Zug durch das Tal. Die Leute winkten den Kindern.", "de"),
        ("Rain fell all night. Farmers were glad.", "en"),
        ("Стороны договорились. Дождь шёл всю ночь.", "ru"),
        ("", "en"),
        ("12 34 - -", "und"),
    ],
)
def test_words_with_capitals_are_no_people(text: str, language: str) -> None:
    assert entities("", text, language) == ()


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("Вчера в Калнске выступил Тавор Ленди с докладом.", "ru", "Тавор Ленди"),
        ("Учора ў Калнску выступіла Тавора Лендзі з дакладам.", "be", "Тавора Лендзі"),
        ("Przyjechał też Tavor Lendi, rzecznik przewoźnika.", "pl", "Tavor Lendi"),
    ],
)
def test_a_name_that_no_list_knows_stands_out(text: str, language: str, name: str) -> None:
    assert name in found(text, language)


@pytest.mark.parametrize(
    "text",
    ["Вчера играл Тавор Юнайтед и проиграл.", "Выехали в Южную Азию и Новую Зеландию.", "Это газета «Тавор Ленди»."],
)
def test_clubs_and_places_do_not(text: str) -> None:
    assert not [each for each in found(text, "ru").values() if each.kind == "person"]


def test_known_people_are_found_where_there_are_no_capitals() -> None:
    assert "person_xi-jinping" in {each.id for each in entities("", "习近平会见了代表。", "zh")}


def test_a_headline_in_capitals_is_not_believed() -> None:
    assert entities("Mayor Signs New Harbour Law After Long Talks", "", "en") == ()


@pytest.mark.parametrize(
    "unit", ["Aa", "President Aa Bb ", "(ABC) ", "«A ", "d'A ", "Організація ", "Ян Новак и Ганна Кот "]
)
def test_hostile_text_stays_quick(unit: str) -> None:
    def work(size: int) -> None:
        assert len(entities("", unit * (size // len(unit)), "uk" if "О" in unit else "en")) <= MOST

    demand_linear(work, 50_000)


@pytest.mark.slow
def test_very_many_different_people_stay_quick() -> None:
    letters = "bcdfgklmnprstvz"
    made = [f"Mayor {a}a{b}ek {c}o{d}ov said." for a in "BDGKLM" for b in letters for c in "PRST" for d in letters]
    assert len(entities("", " ".join(made), "en")) == MOST
    demand_linear(lambda people: entities("", " ".join(made[:: len(made) // people]), "en"), len(made))
