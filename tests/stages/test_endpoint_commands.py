"""The commands for endpoints, called in this process: what they print and refuse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumers.cli.commands import assemble
from service.errors import Invalid, NotFound

Command = Callable[..., list[Any]]
INBOX = "https://reader.com/inbox"


@pytest.fixture
def courant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Command:
    """Runs a command of `courant endpoints` with `--json`; gives the lines it printed."""
    monkeypatch.setenv("COURANT_DATA", str(tmp_path / "data"))
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> list[Any]:
        capfdbinary.readouterr()
        assemble(("endpoints", words[0]))(("endpoints", *words, "--json"), standalone_mode=False)
        return [json.loads(line) for line in capfdbinary.readouterr().out.decode().splitlines()]

    return run


def test_an_endpoint_is_added_listed_and_given_new_keys(courant: Command) -> None:
    (made,) = courant("add", INBOX, "--notice", "feed.*")
    (new,) = courant("rotate", made["id"], "--grace-hours", "1")
    assert new["secret"].startswith("whsec_")
    assert new["id"] == made["id"]
    assert (new["secret"], new["public_key"]) != (made["secret"], made["public_key"])
    (listed,) = courant("list")
    assert (listed["id"], listed["url"], listed["enabled"]) == (made["id"], INBOX, True)
    assert "whsec_" not in json.dumps(listed)
    assert courant("list", "--account", "another") == []


def test_a_test_and_a_recovery_are_owed(courant: Command) -> None:
    (made,) = courant("add", INBOX)
    (owed,) = courant("test", made["id"])
    assert owed["delivery"].startswith("msg_")
    assert courant("recover", made["id"])[0]["only"] == "failed"
    assert courant("recover", made["id"], "--missing", "--hours", "48")[0]["only"] == "missing"


def test_what_is_not_there_or_no_address_is_refused(courant: Command) -> None:
    for command in ("rotate", "test", "recover"):
        with pytest.raises(NotFound, match="no endpoint none"):
            courant(command, "none")
    with pytest.raises(Invalid):
        courant("add", "http://127.0.0.1/inbox")
    with pytest.raises(Invalid, match="broken"):
        courant("add", INBOX, "--notice", "feed.broken")
    assert courant("list") == []
