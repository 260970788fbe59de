"""What commands print for people: whole in a pipe, and without columns that say nothing."""

from datetime import UTC, datetime

import pytest

from consumers.cli.output import listing

AT = datetime(2026, 3, 14, 9, 0, 5, tzinfo=UTC)
ROWS = [
    {
        "id": "ep_8782901bc33d4f51",
        "url": "https://reader.example/" + "inbox/" * 40,
        "why": None,
        "scopes": ("a", "b"),
        "at": AT,
    },
    {"id": "ep_e490e01bc33d4f52", "url": "https://b.example/", "why": None, "scopes": (), "at": None},
]
COLUMNS = ("id", "url", "why", "scopes", "at")


def test_what_goes_into_a_pipe_is_whole_and_a_line_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    listing(ROWS, COLUMNS, as_json=False)
    head, first, second = capsys.readouterr().out.splitlines()
    assert head.split() == ["id", "url", "scopes", "at"]
    assert first.split() == ["ep_8782901bc33d4f51", ROWS[0]["url"], "a,", "b", "2026-03-14", "09:00:05"]
    assert second.split() == ["ep_e490e01bc33d4f52", "https://b.example/", "-", "-"]


def test_a_list_of_nothing_has_its_heads(capsys: pytest.CaptureFixture[str]) -> None:
    listing([], ("id", "open_until"), as_json=False)
    assert capsys.readouterr().out.split() == ["id", "open", "until"]


def test_machines_get_every_row_whole(capsys: pytest.CaptureFixture[str]) -> None:
    listing(ROWS, ("id",), as_json=True)
    assert '"why":null' in capsys.readouterr().out.splitlines()[0]
