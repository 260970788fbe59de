"""Queries as they are kept: what was understood comes back as it was."""

import pytest

from service.query import Reading, parse
from service.query.kept import frozen, thawed

QUERIES = (
    "belarus",
    '"prisoner release"~3 OR ="NATO" OR minsk*',
    "title:((a1 OR b1) NEAR/5 c1) NOT source:example.org",
    "min/2:(storm, flood, fire) atleast/3:ferry first/50:harbour",
    "a1 NOT NEAR/3 b1 country:BY independent>=3 growth>=10/h state_only",
    "t p f =t",
    "陽光",
)


@pytest.mark.parametrize("text", QUERIES)
def test_what_is_kept_comes_back(text: str) -> None:
    query = parse(text)
    assert thawed(frozen(query)) == query
    understood = Reading().read(text).query
    assert thawed(frozen(understood)) == understood


class Model:
    version = "1"

    def embed(self, texts: list[str]) -> list[bytes]:
        return [bytes(range(8)) for _ in texts]


def test_a_vector_comes_back() -> None:
    query = Reading(meaning=Model()).read('about:"prisoner release"').query
    assert thawed(frozen(query)) == query


@pytest.mark.parametrize("kept", [b"", b"[]", b'["?"]', b'["t"]', b'{"t": 1}', b"7"])
def test_other_bytes_are_refused(kept: bytes) -> None:
    with pytest.raises(ValueError, match="kept query"):
        thawed(kept)


def test_another_model_reads_otherwise_and_the_same_reading_the_same() -> None:
    assert Reading().version == Reading().version
    assert Reading().version != Reading(meaning=Model()).version


def test_a_kept_tree_is_opened_only_by_the_reading_that_made_it() -> None:
    reading, other = Reading(), parse("boat")
    assert reading.opened("ferry", frozen(other), reading.version) == other
    assert reading.opened("ferry", frozen(other), "another") == parse("ferry")
    assert reading.opened("ferry", b"broken", reading.version) == parse("ferry")
