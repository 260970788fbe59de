"""Cursors of notices: they give back their place, and nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.cursors import InvalidCursor, make_cursor, read_cursor, sealed


@given(st.integers(0, 2**63 - 1))
def test_a_cursor_gives_back_its_place(seq: int) -> None:
    cursor = make_cursor(seq)
    assert read_cursor(cursor) == seq
    assert len(cursor) <= 64
    assert cursor.isascii()
    assert not set(cursor) & set(" \r\n&=+/")  # goes into a header and into an address as it is


@given(st.text())
def test_nothing_else_passes_for_one(text: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(text)


@pytest.mark.parametrize("other", [sealed(7, "/v1/stories?"), sealed("7", "notices"), make_cursor(7)[:-1]])
def test_a_cursor_of_another_list_is_refused(other: str) -> None:
    with pytest.raises(InvalidCursor):
        read_cursor(other)
