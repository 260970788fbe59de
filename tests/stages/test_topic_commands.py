"""The commands that try and explain topics and apply files, called in this process: what they print and refuse."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from consumers.cli.commands import assemble
from service.errors import Conflict, Invalid
from service.signing import new_secret

Command = Callable[..., list[Any]]
FILE = """
owner: newsdesk
topics:
  Ferries:
    query: ferry NOT company
    examples:
      must_match: ["The ferry sails again."]
      must_not_match: ["The ferry company published its figures."]
  Belarus: Belarus
endpoints:
  desk: {url: "https://reader.com/inbox", secret: {env: DESK_SECRET}, notices: ["feed.*"]}
  spare: {url: "https://reader.com/spare"}
subscriptions:
  - {topic: Ferries, endpoint: desk, follow: {grew: {independent: [3, 10]}}}
feeds:
  gazette: {url: "https://harbour-gazette.com/feed.xml", title: Harbour Gazette, labels: [sea]}
"""


@pytest.fixture
def courant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any) -> Command:
    """Runs a command with `--json`; gives the lines it printed."""
    monkeypatch.setenv("COURANT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("DESK_SECRET", new_secret())
    monkeypatch.chdir(tmp_path)

    def run(*command: str) -> list[Any]:
        capfdbinary.readouterr()
        assemble(command)((*command, "--json"), standalone_mode=False)
        return [json.loads(line) for line in capfdbinary.readouterr().out.decode().splitlines()]

    return run


def done(steps: list[Any]) -> dict[str, str]:
    return {f"{each['kind']} {each['name']}": each["action"] for each in steps if "action" in each}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "desk.yaml"
    file.write_text(FILE)
    return file


def test_applying_twice_changes_nothing(courant: Command, file: Path) -> None:
    planned = courant("plan", str(file))
    assert set(done(planned).values()) == {"add"}
    applied = courant("apply", str(file))
    assert done(applied) == done(planned)
    assert [each["endpoint"] for each in applied if "secret" in each] == ["spare"]
    again = courant("apply", str(file))
    assert set(done(again).values()) == {"unchanged"}
    assert not [each for each in again if "secret" in each]
    assert len(courant("topics", "list")) == 2
    assert [each["passes"] for each in courant("topics", "test", "Ferries")] == [True, True]


def test_what_was_changed_by_hand_is_shown_and_set_back(courant: Command, file: Path) -> None:
    courant("apply", str(file))
    other = file.with_name("other.yaml")
    other.write_text(FILE.replace("ferry NOT company", "boat"))
    with pytest.raises(Invalid, match="topic Ferries: the query fails 1 of 2 examples"):
        courant("plan", str(other))
    other.write_text(FILE.replace("Belarus: Belarus", "Belarus: Belarus OR Minsk"))
    (change,) = [each for each in courant("plan", str(other)) if each["action"] == "change"]
    assert change["changes"] == [{"field": "query", "before": "Belarus", "after": "Belarus OR Minsk", "drift": False}]
    courant("apply", str(other))
    (back,) = [each for each in courant("plan", str(file)) if each["action"] == "change"]
    assert back["changes"][0]["drift"] is False
    versions = courant("topics", "versions", "Belarus")
    assert [(each["version"], each["why"]) for each in versions] == [
        (2, "applied by newsdesk"),
        (1, "applied by newsdesk"),
    ]


def test_what_files_have_no_more_is_marked_first_and_then_removed(courant: Command, file: Path) -> None:
    courant("apply", str(file))
    short = FILE.replace("  Belarus: Belarus\n", "").replace('  spare: {url: "https://reader.com/spare"}\n', "")
    file.write_text(short)
    marked = done(courant("apply", str(file)))
    assert (marked["topic Belarus"], marked["endpoint spare"]) == ("mark", "mark")
    assert {each["name"]: each["enabled"] for each in courant("topics", "list")} == {"Belarus": False, "Ferries": True}
    file.write_text(FILE)
    assert done(courant("apply", str(file)))["topic Belarus"] == "change"
    assert all(each["enabled"] for each in courant("topics", "list"))
    file.write_text(short)
    courant("apply", str(file))
    assert done(courant("apply", str(file)))["topic Belarus"] == "remove"
    assert [each["name"] for each in courant("topics", "list")] == ["Ferries"]
    file.write_text("owner: newsdesk\ntopics: {}\n")
    assert set(done(courant("apply", str(file), "--prune")).values()) == {"remove"}
    assert courant("topics", "list") == []
    assert courant("feeds", "list") == []
    assert courant("apply", str(file)) == []


def test_what_was_made_by_hand_is_adopted_and_what_others_manage_is_not(courant: Command, file: Path) -> None:
    courant("topics", "add", "Belarus", "Minsk")
    courant("feeds", "add", "https://harbour-gazette.com/feed.xml", "--title", "Old")
    applied = courant("apply", str(file))
    assert (done(applied)["topic Belarus"], done(applied)["feed gazette"]) == ("adopt", "adopt")
    assert [each["query"] for each in courant("topics", "list") if each["name"] == "Belarus"] == ["Belarus"]
    other = file.with_name("other.yaml")
    other.write_text("owner: others\ntopics: {Belarus: Minsk}\n")
    with pytest.raises(Conflict, match="managed by the files of 'newsdesk'"):
        courant("plan", str(other))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("topics: [", "this is no YAML"),
        ("themes: {}", "there is no section themes"),
        ("topics: {a: {query: x1, colour: red}}", "there is no field colour"),
        ("topics: {a: {enabled: true}}", "query is needed"),
        ("topics:\n  a: x1\n  a: y1\n", "line 2: 'a' stands twice"),
        ("topics: {a: '(broken'}", "topic a: line 1"),
        ("endpoints: {a: {url: 'https://reader.com/', secret: whsec_x}}", "a secret does not stand in a file"),
        ("endpoints: {a: {url: 'https://reader.com/', secret: {env: NOWHERE}}}", "NOWHERE holds no secret"),
        ("endpoints: {a: {url: 'http://127.0.0.1/'}}", "127.0.0.1"),
        ("subscriptions: [{topic: a, endpoint: b}]", "there is no topic a"),
        ("subscriptions: [{topic: a, endpoint: b, follow: {grown: true}}]", "there is no grown"),
        ("subscriptions: [{topic: a, endpoint: b, timing: {digest: never}}]", "crontab"),
        ("feeds: {a: {url: 5}}", "this cannot be 5"),
    ],
)
def test_a_file_that_cannot_be_used_changes_nothing(courant: Command, file: Path, text: str, told: str) -> None:
    file.write_text(text)
    with pytest.raises(Invalid, match=told.replace("(", r"\(")):
        courant("apply", str(file))
    assert courant("topics", "list") == []


def test_queries_are_tried_on_what_is_stored(courant: Command, file: Path) -> None:
    courant("apply", str(file))
    assert courant("topics", "try", "ferry") == []
    report = courant("topics", "backtest", "ferry", "--topic", "Belarus")[0]
    assert (report["articles"], report["difference"]["gained"]) == (0, 0)
    with pytest.raises(Invalid, match="query, a topic"):
        courant("topics", "backtest")
    with pytest.raises(Invalid, match="--article or --story"):
        courant("explain", "--topic", "Ferries")


def test_what_was_removed_by_hand_is_made_again(courant: Command, file: Path) -> None:
    courant("apply", str(file))
    (feed,) = courant("feeds", "list")
    assemble(("feeds", "remove"))(("feeds", "remove", feed["id"]), standalone_mode=False)
    (step,) = [each for each in courant("plan", str(file)) if each["action"] != "unchanged"]
    assert (step["action"], step["name"], step["note"]) == ("add", "gazette", "it was removed by hand")
    courant("apply", str(file))
    assert set(done(courant("apply", str(file))).values()) == {"unchanged"}
