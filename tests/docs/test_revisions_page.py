"""The page on revisions says all that the code knows."""

from typing import get_args

from consumers.recheck.schedule import LookOutcome
from service.model.revisions import RevisionType
from service.text.difference import Materiality
from tests.docs.test_docs import documented_outcomes, rows


def first_cells() -> set[str]:
    return {cells[0].strip("`") for cells in rows("revisions.md")}


def test_every_type_and_class_is_explained() -> None:
    assert {*get_args(RevisionType)} - {""} <= first_cells()
    assert {*get_args(Materiality)} <= first_cells()


def test_every_outcome_of_a_look_is_explained() -> None:
    assert documented_outcomes()["recheck"] == {*get_args(LookOutcome)}
