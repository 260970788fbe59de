"""Numbers: which are of the same thing, and do those who say them agree?"""

from collections.abc import Sequence

import pytest

from consumers.enrich.figures.amounts import figures
from service.story import Report
from service.story.claims import counted
from service.story.concepts import subject, vocabulary
from service.story.contradictions import Number, contradictions, numbers
from tests.unit.story.telling import a_report, a_text

Said = tuple[str, float, str]
"""Source, minute, text."""


def said(*articles: Said, language: str = "en") -> list[Number]:
    reports = {
        f"{source}{minute}": a_report(f"{source}{minute}", minute, source=source) for source, minute, _ in articles
    }
    told = [
        a_text(f"{source}{minute}", text, language=language, figures=figures(text, language))
        for source, minute, text in articles
    ]
    return numbers(counted(told, reports, {}))


def verdicts(found: Sequence[Number]) -> dict[str, tuple[str, str]]:
    return {each.subject: (each.verdict, each.value) for each in found}


def test_outlets_that_say_different_numbers_of_the_same_thing_contradict_each_other() -> None:
    (number,) = said(("a", 0, "The state released 52 prisoners."), ("b", 5, "Only 14 people were released on Monday."))
    assert (number.subject, number.verdict, number.voices) == ("released", "contradiction", 2)
    assert [(claim.source, claim.written, claim.sentence) for claim in number.claims] == [
        ("a", "52", "The state released 52 prisoners."),
        ("b", "14", "Only 14 people were released on Monday."),
    ]
    assert contradictions([number]) == [number]


def test_a_later_number_of_the_same_outlet_takes_the_place_of_the_earlier_one() -> None:
    (number,) = said(("a", 0, "They released 52 prisoners."), ("a", 60, "They released 14 prisoners, it turns out."))
    assert (number.verdict, number.value) == ("updated", "14")
    (number,) = said(
        ("a", 0, "They released 52 prisoners."),
        ("b", 30, "They released 14 prisoners."),
        ("a", 60, "They released 14 prisoners."),
    )
    assert (number.verdict, number.value, number.origins) == ("updated", "14", 2)


def test_the_dead_become_more_without_contradiction_and_not_fewer() -> None:
    rising = [("a", 0, "The blast killed 3 people."), ("b", 30, "It left 5 dead."), ("c", 60, "12 people were killed.")]
    assert verdicts(said(*rising)) == {"dead": ("updated", "12")}
    falling = [(source, 100 - minute, text) for source, minute, text in rising]
    assert verdicts(said(*falling))["dead"][0] == "contradiction"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("They released 52 prisoners.", "They released 52 people."),
        ("They released at least 50 prisoners.", "They released 52 people."),
        ("They released up to 60 prisoners.", "They released 52 people."),
        ("They released about 50 prisoners.", "They released 52 people."),
        ("They released 1300 prisoners.", "They released 1312 people."),
        ("They released 52 prisoners. On Monday they released 14 people.", "They released 14 prisoners."),
        ("They released 52 prisoners.", "The ferry had 14 passengers."),
        ("They released 52 prisoners.", "Police detained 14 people."),
        ("They killed 52 soldiers.", "The blast killed 14 children."),
    ],
)
def test_numbers_that_can_both_be_true_are_agreed(one: str, other: str) -> None:
    assert {each.verdict for each in said(("a", 0, one), ("b", 5, other))} == {"agreed"}


def test_numbers_of_one_outlet_alone_contradict_nothing() -> None:
    assert {each.verdict for each in said(("a", 0, "They released 52 people. They released 14 people."))} == {"agreed"}


def test_amounts_are_compared_where_sentences_are_alike() -> None:
    one = "The council will spend 5 million euros on the new bridge over the river."
    other = "The council will spend 8 million euros on the new bridge over the river."
    assert [(each.unit, each.verdict) for each in said(("a", 0, one), ("b", 5, other))] == [("EUR", "contradiction")]
    apart = "A flat in the old town costs 300,000 euros today."
    assert {each.verdict for each in said(("a", 0, one), ("b", 5, apart))} == {"agreed"}


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("en", "12 people were killed in the blast", "dead"),
        ("en", "Police detained 30 protesters and injured 4 people", "detained"),
        ("ru", "Освобождены 52 человека", "released"),
        ("ru", "При взрыве погибли 12 человек", "dead"),
        ("be", "Вызвалілі 14 палітвязняў", "released"),
        ("be", "Загінулі 12 чалавек", "dead"),
        ("uk", "Загинули 12 людей", "dead"),
        ("pl", "Uwolniono 14 więźniów", "released"),
        ("pl", "Zginęło 12 osób", "dead"),
        ("de", "Bei dem Brand wurden 12 Menschen getötet", "dead"),
        ("de", "Die Polizei hat 30 Personen festgenommen", "detained"),
        ("fr", "L'attaque a fait 12 morts", "dead"),
        ("es", "El ataque dejó 12 muertos", "dead"),
    ],
)
def test_what_is_counted_is_the_same_in_all_languages(language: str, text: str, name: str) -> None:
    first = figures(text, language)[0]
    found = subject(first.counts, language, text, first.start)
    if "protesters" in text:
        assert found is not None
        return
    assert found is not None
    assert found.name == name


def test_outlets_of_two_languages_can_contradict_each_other() -> None:
    texts = {"a": ("be", "Вызвалілі 14 палітвязняў."), "b": ("en", "The state released 52 prisoners.")}
    reports: dict[str, Report] = {name: a_report(name) for name in texts}
    told = [a_text(name, text, language=code, figures=figures(text, code)) for name, (code, text) in texts.items()]
    assert verdicts(numbers(counted(told, reports, {}))) == {"released": ("contradiction", "52")}


def test_things_that_are_not_in_the_table_are_compared_within_a_language() -> None:
    assert subject("bridges", "en", "5 bridges", 0) == subject("bridge", "en", "a bridge", 0)
    assert subject("Brücken", "de", "5 Brücken", 0) != subject("bridges", "en", "5 bridges", 0)
    assert subject("", "en", "5", 0) is None


def test_every_concept_has_words_in_eight_languages() -> None:
    for language in ("en", "ru", "be", "uk", "pl", "de", "fr", "es"):
        names = {each.name for each in vocabulary()[language].values()}
        assert {"dead", "injured", "released", "detained", "people", "prisoners"} <= names


def test_articles_without_figures_without_reports_and_without_text_say_no_number() -> None:
    text = "They released 52 prisoners."
    told = [
        a_text("a", text),
        a_text("unknown", text, figures=figures(text, "en")),
        a_text("b", "", figures=figures(text, "en")),
    ]
    assert numbers(counted(told, {"a": a_report("a"), "b": a_report("b")}, {})) == []


def test_a_thousand_articles_that_all_say_something_else_are_judged() -> None:
    (number,) = said(*((f"s{n}", n, f"They released {n + 20} prisoners.") for n in range(1000)))
    assert (number.verdict, number.voices, len(number.claims)) == ("contradiction", 1000, 20)


def test_a_part_hours_and_people_of_whom_nothing_is_told_are_no_number_of_the_story() -> None:
    for text in (
        "Among those freed are four people over the age of seventy.",
        "They waited for 6 hours, and were 70 years old.",
        "A few hours after 52 people had crossed the border, the talks resumed.",
    ):
        assert said(("a", 0, text)) == []


def test_things_that_are_only_called_the_same_are_no_contradiction() -> None:
    apart = said(
        ("a", 0, "The old town has 5 bridges over the river."), ("b", 5, "Engineers closed 2 bridges in Lenz.")
    )
    assert {each.verdict for each in apart} == {"agreed"}
    alike = said(("a", 0, "The flood destroyed 5 bridges in Lenz."), ("b", 5, "In Lenz the flood destroyed 2 bridges."))
    assert verdicts(alike) == {"bridges": ("contradiction", "2")}


def test_what_one_voice_alone_says_is_left_out_where_others_are_heard() -> None:
    found = said(("a", 0, "They released 52 prisoners. The list has 100 names."), ("b", 5, "They released 52 people."))
    assert [each.subject for each in found] == ["released"]
    assert [each.subject for each in said(("a", 0, "The list has 100 names."))] == ["names"]


def test_a_number_that_the_later_one_s_source_had_said_before_is_out_of_date_and_contradicts_nothing() -> None:
    old, new = "They released 52 prisoners.", "They released 14 prisoners."
    (number,) = said(("wire", 0, old), ("paper", 5, old), ("wire", 60, new))
    assert (number.verdict, number.value) == ("updated", "14")
    (number,) = said(("wire", 0, old), ("wire", 60, new), ("paper", 90, old))
    assert number.verdict == "contradiction"


def test_things_of_which_nothing_is_told_contradict_each_other_in_like_sentences_alone() -> None:
    apart = said(("a", 0, "In the camps remain 170 women."), ("b", 5, "There were 18 women on the bus that came."))
    assert {each.verdict for each in apart} == {"agreed"}


def test_what_is_told_behind_a_comma_is_told_of_others() -> None:
    assert said(("a", 0, "Doctors see all who were released, 2 people went to hospital.")) == []
