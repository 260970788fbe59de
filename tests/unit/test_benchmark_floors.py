"""`make bench` fails where something became much slower than it was, and says what."""

from pathlib import Path

import pytest

from tests.benchmarks import floors
from tests.benchmarks.floors import below, hold
from tests.benchmarks.table import Row


def test_what_is_far_slower_than_it_was_is_named_and_what_is_new_or_as_fast_is_not() -> None:
    held = {"link": {"per_second": 60.0}, "steady": {"p99": 1.0}, "gone": {"per_second": 5.0}}
    rows = [Row("link", 100, "records", 2.0), Row("new", 1, "records", 100.0), Row("steady", 20, "articles", 1.0)]
    assert list(below(rows, held)) == ["link: 50.0 a second, and it was to be 60.0"]
    assert list(below([Row("link", 100, "records", 1.6)], held)) == []
    late = Row("steady", 20, "articles", 1.0, latest=1.2)
    assert list(below([late], held)) == ["steady: p99 1.2 s, and it was to be 1"]


def test_what_was_measured_becomes_the_floor_and_other_floors_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(floors, "HELD", tmp_path / "floors.json")
    hold([Row("link", 100, "records", 1.0), Row("steady", 20, "articles", 1.0, latest=0.5)])
    hold([Row("link", 200, "records", 1.0)])
    assert floors.floors() == {"link": {"per_second": 120.0}, "steady": {"per_second": 12.0, "p99": 1.5}}
