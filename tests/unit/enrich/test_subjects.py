"""IPTC Media Topics."""

import pytest

from consumers.enrich.subjects import LANGUAGES, MOST, SURE, concepts, lineage, subjects
from tests.effort import demand_linear


def ids(title: str, text: str = "", language: str = "en") -> list[str]:
    return [topic.id for topic in subjects(title, text, language)]


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Earthquake shakes the coast"),
        ("ru", "Землетрясение на побережье"),
        ("be", "Землятрус на ўзбярэжжы"),
        ("uk", "Землетрус на узбережжі"),
        ("pl", "Trzęsienie ziemi na wybrzeżu"),
        ("de", "Erdbeben an der Küste"),
        ("fr", "Un séisme frappe la côte"),
        ("es", "Un terremoto sacude la costa"),
    ],
)
def test_a_subject_is_told_in_each_language_with_what_it_is_part_of(language: str, title: str) -> None:
    assert ids(title, language=language) == ["medtop:20000151", "medtop:20000148", "medtop:03000000"]


def test_a_word_in_passing_tells_nothing() -> None:
    assert ids("Neighbours plant apple trees", "They met behind the school.") == []


def test_the_surest_comes_first_and_is_never_surer_than_was_measured() -> None:
    found = subjects("Earthquake near school", "The earthquake and the flooding after it; a tsunami. " * 3, "en")
    assert [topic.confidence for topic in found] == sorted((topic.confidence for topic in found), reverse=True)
    assert {topic.confidence for topic in found} <= {sure for _, sure in SURE}
    assert found[0].name == "natural disaster"


def test_words_of_a_phrase_stand_together() -> None:
    assert "medtop:20000350" in ids("Central bank decides")
    assert "medtop:20000350" not in ids("Central station near the river bank")


def test_a_language_without_words_has_no_subjects() -> None:
    assert ids("Earthquake", language="fi") == ids("Earthquake", language="und") == []


def test_all_concepts_lead_to_the_top() -> None:
    known = concepts()
    assert len([code for code in known if not known[code].parent]) <= 17
    assert all(lineage(code)[-1].endswith("000000") for code in known)
    assert all(len(lineage(code)) <= 5 for code in known)


def test_only_so_many_are_said() -> None:
    title = "Soccer, chess, tennis, biathlon, boxing, doping, cancer, riots_, referendum, racism, torture, vaccine"
    found = [code.removeprefix("medtop:") for code in ids(title)]
    assert len(set(found) - {parent for code in found for parent in lineage(code)[1:]}) <= MOST


@pytest.mark.parametrize("unit", ["school ", "a", "police", "\u0301", " ", "central central bank "])
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_texts_take_no_time(unit: str, language: str) -> None:
    demand_linear(lambda times: subjects(unit * times, unit * times, language), 20_000)
