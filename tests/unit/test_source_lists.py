"""Which sources are wanted, and under which name does one go?"""

from pathlib import Path

import pytest

from consumers.resources import known_sources
from service.errors import Misconfigured
from service.model.sources import SourceFilter, source_named, wanted
from service.settings import Settings
from service.sources import NONE, Sources, load

TABLE = (
    "harbour.example,quay.example\tHarbour Gazette\tNO\ten\tQuay Press\tprivate\n"
    "anchor.example\tAnchor\tNO\tno\tQuay press\tprivate\n"
    "radio.example\tRadio Salvia\tSE\tsv\t\tpublic\n"
)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    file = tmp_path / "ours.tsv"
    file.write_text(TABLE)
    return load(file)


def test_a_known_domain_goes_by_the_first_one_in_any_case(sources: Sources) -> None:
    assert [sources.known_as(said) for said in ("quay.example", "QUAY.example", "harbour.example")] == [
        "harbour.example"
    ] * 3


def test_what_is_no_known_domain_stays_as_it_was_said(sources: Sources) -> None:
    for said in ("Harbour Gazette", "Other.example", "127.0.0.1:8080", ""):
        assert sources.known_as(said) == NONE.known_as(said) == said


def test_outlets_of_one_owner_are_of_one_house(sources: Sources) -> None:
    assert [each.domain for each in sources.house_of("quay.example")] == ["anchor.example"]
    assert sources.house_of("radio.example") == ()
    assert sources.house_of("nobody.example") == ()


@pytest.mark.parametrize(
    ("by", "found"),
    [
        (SourceFilter(), ["Nobody", "anchor.example", "harbour.example", "radio.example"]),
        (SourceFilter(country="NO"), ["anchor.example", "harbour.example"]),
        (SourceFilter(country="NO", language="en"), ["harbour.example"]),
        (SourceFilter(control="public"), ["radio.example"]),
        (SourceFilter(q="GAZETTE"), ["harbour.example"]),
        (SourceFilter(q="quay"), ["harbour.example"]),
        (SourceFilter(q="nobody"), ["Nobody"]),
        (SourceFilter(q="nobody", country="NO"), []),
    ],
)
def test_filters_must_all_hold(sources: Sources, by: SourceFilter, found: list[str]) -> None:
    names = ("radio.example", "quay.example", "harbour.example", "anchor.example", "Nobody")
    assert [each.domain for each in wanted(sources, names, by)] == found


def test_a_source_that_the_table_does_not_know_is_named_as_it_was_said(sources: Sources) -> None:
    assert source_named(sources, "Radio Salvia").domains == ("Radio Salvia",)
    assert source_named(sources, "QUAY.example").name == "Harbour Gazette"


def test_a_file_takes_an_outlet_over_under_all_its_domains(tmp_path: Path) -> None:
    file = tmp_path / "ours.tsv"
    file.write_text("tass.com\tOurs\tRU\ten\t\tstate\n")
    known = load(file)
    assert known.known_as("tass.ru") == "tass.com"
    assert known.of("tass.ru").name == "Ours"
    file.write_text("tass.com\tOurs\tRU\ten\t\tstate\ntass.ru\tTheirs\tRU\tru\t\tstate\n")
    known = load(file)
    assert [known.of(domain).name for domain in ("tass.com", "tass.ru")] == ["Ours", "Theirs"]


def test_the_setting_names_the_file_and_what_is_wrong_with_it(tmp_path: Path) -> None:
    assert known_sources(Settings()).knows("tass.com")
    file = tmp_path / "ours.tsv"
    file.write_text(TABLE)
    assert known_sources(Settings(sources={"file": str(file)})).knows("quay.example")
    file.write_text("harbour.example\tHarbour")
    with pytest.raises(Misconfigured, match=r"ours\.tsv, line 1: 2 columns"):
        known_sources(Settings(sources={"file": str(file)}))
    with pytest.raises(Misconfigured, match=r"none\.tsv cannot be read"):
        known_sources(Settings(sources={"file": str(tmp_path / "none.tsv")}))
