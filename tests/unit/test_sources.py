"""Who publishes: is every line of the shipped table sound, and does the operator's file win?"""

from pathlib import Path

import pytest

from service.errors import Misconfigured
from service.sources import Source, load
from service.urls import source_of


def test_every_shipped_domain_is_a_registered_one() -> None:
    odd = [(domain, source_of(f"https://{domain}/")) for source in load() for domain in source.domains]
    assert [each for each in odd if each[0] != each[1]] == []


def test_the_shipped_table_reaches_far() -> None:
    sources = list(load())
    assert len(sources) > 500
    assert len({source.country for source in sources}) > 90
    assert {source.control for source in sources} == {"state", "public", "private"}


def test_an_outlet_is_one_under_all_its_domains() -> None:
    known = load()
    assert known.of("tass.com") is known.of("tass.ru")
    assert known.of("TASS.com").control == "state"


def test_an_unknown_domain_is_a_source_of_which_nothing_is_known() -> None:
    assert load().of("Harbour-Gazette.example") == Source(
        "harbour-gazette.example", domains=("harbour-gazette.example",)
    )


def test_outlets_of_one_owner_are_one_house_and_others_are_their_own() -> None:
    known = load()
    assert known.of("delfi.lt").house == known.of("15min.lt").house
    assert known.of("harbour.example").house != known.of("hill.example").house


def test_a_file_adds_and_wins(tmp_path: Path) -> None:
    file = tmp_path / "ours.tsv"
    file.write_text(
        "# ours\nharbour.example,quay.example\tHarbour\tNO\ten\tQuay Press\tprivate\ntass.ru\tT\tRU\tru\t\t\n"
    )
    known = load(file)
    assert known.of("quay.example").name == "Harbour"
    assert known.of("tass.ru").control == ""
    assert known.of("belta.by").control == "state"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("harbour.example\tHarbour", "2 columns"),
        ("harbour\tHarbour\tNO\ten\t\t", "no domain"),
        ("harbour.example\tHarbour\tNorway\ten\t\t", "country code"),
        ("harbour.example\tHarbour\tNO\tEnglish\t\t", "language code"),
        ("harbour.example\tHarbour\tNO\ten\t\tgood", "neither state nor public nor private"),
        ("a.example\tA\t\t\t\t\na.example\tB\t\t\t\t", "line 2: a.example is there already"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, why: str) -> None:
    file = tmp_path / "ours.tsv"
    file.write_text(line)
    with pytest.raises(Misconfigured, match=why):
        load(file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"none\.tsv cannot be read"):
        load(tmp_path / "none.tsv")
