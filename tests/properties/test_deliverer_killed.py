"""Deliverers killed with -9 at random instants lose nothing, and what comes twice has the id that it had.

`python -m tests.benchmarks.killing --kills 200` does the same for longer, and on PostgreSQL."""

import random
from pathlib import Path

import pytest

from tests.benchmarks.killing import killed


@pytest.mark.slow
def test_eight_kills_lose_nothing(tmp_path: Path) -> None:
    ended = killed(f"sqlite:///{tmp_path}/store.db", 8, random.Random(2))
    assert ended.owed == 160
    assert ended.is_well, ended
