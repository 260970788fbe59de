"""Rules of extraction: read from TOML and JSON, checked, and clear about what is wrong."""

import json
from pathlib import Path

import pytest

from consumers.pages.extract import extract
from consumers.pages.rules import NO_RULE, Rule, load_rules
from service.errors import Misconfigured

RULES = """
["harbour-gazette.example"]
pages = "always"
body = "div.story > p"
title = "h2.headline"
author = ".byline b"
published = "span.first-printed"
remove = [".advert", "aside"]
"""
PAGE = """
<html><head><title>Harbour Gazette</title></head><body><h1>Harbour Gazette</h1><h2 class=headline>Pier painted</h2>
<div class=byline>Words: <b>Ana Lind</b></div><span class=first-printed>2026-03-14T09:30Z</span>
<div class=story><p>Neighbours painted the pier.<span class=advert>Buy paint!</span></p><aside><p>More piers</p></aside>
<p>It took a <em>whole</em> day.<script>track()</script></p></div></body></html>
"""


def written(tmp_path: Path, text: str, name: str = "rules.toml") -> Path:
    file = tmp_path / name
    file.write_text(text, "utf-8")
    return file


def test_none_are_shipped() -> None:
    assert load_rules(None).by_source == {}
    assert load_rules(None).of("gazette.test", "https://gazette.test/a") == NO_RULE


def test_a_rule_is_found_by_source_and_by_address(tmp_path: Path) -> None:
    rules = load_rules(written(tmp_path, RULES))
    rule = rules.of("harbour-gazette.example", "https://elsewhere.test/")
    assert rule == rules.of("The Gazette", "https://www.harbour-gazette.example/a")
    assert (rule.pages, rule.remove) == ("always", (".advert", "aside"))
    assert rules.of("other.example", "not an address") == NO_RULE


def test_json_serves_as_well(tmp_path: Path) -> None:
    file = written(tmp_path, json.dumps({"gazette.example": {"pages": "never"}}), "rules.json")
    assert load_rules(file).of("gazette.example", "") == Rule(pages="never")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("[[[", "rules.toml"),
        ('["www.gazette.example"]\npages = "never"', "www.gazette.example: not a registered domain; write gazette"),
        ('["not a host"]', "not a host: not a registered domain"),
        ('["gazette.example"]\nbodies = "p"', "gazette.example: bodies: there is no such field; there are pages, body"),
        ('["gazette.example"]\npages = "sometimes"', "gazette.example: pages: 'sometimes' is none of auto"),
        ('["gazette.example"]\npages = ["always"]', "gazette.example: pages:"),
        ('["gazette.example"]\nbody = "p["', "gazette.example: body: 'p[' is not a selector"),
        ('["gazette.example"]\nbody = "p::before"', "gazette.example: body: 'p::before'"),
        ('["gazette.example"]\nbody = ""', "gazette.example: body: a selector is expected"),
        ('["gazette.example"]\nremove = ".x"', "gazette.example: remove: a list of selectors is expected"),
        ('["gazette.example"]\nremove = [".x", 3]', "gazette.example: remove: a selector is expected"),
        ('"gazette.example" = 3', "gazette.example: a table of fields is expected"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_by_file_source_and_field(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(Misconfigured) as raised:
        load_rules(written(tmp_path, text))
    assert wrong in str(raised.value)
    assert "rules.toml" in str(raised.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match=r"missing\.toml: cannot be read"):
        load_rules(tmp_path / "missing.toml")


def test_a_list_is_no_table_of_sources(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="a table of sources is expected"):
        load_rules(written(tmp_path, "[]", "rules.json"))


def test_what_the_rule_selects_is_taken(tmp_path: Path) -> None:
    rule = load_rules(written(tmp_path, RULES)).of("harbour-gazette.example", "")
    found = extract(PAGE.encode(), "https://harbour-gazette.example/a", rule)
    assert found.text == "Neighbours painted the pier.\nIt took a whole day."
    assert (found.page.title, found.page.author, found.page.extractor) == ("Pier painted", "Ana Lind", "rule")
    assert found.page.published_at is not None
    assert (found.page.published_at.hour, found.page.published_precision) == (9, "minute")
    assert not found.rule_missed


def test_elements_inside_each_other_are_taken_once() -> None:
    found = extract(
        b"<html><body><div>One <div>two</div></div><p>no</p></body></html>", "https://g.test/", Rule(body="div")
    )
    assert found.text == "One\ntwo"


def test_a_rule_that_selects_nothing_is_reported_and_the_rest_serves() -> None:
    found = extract(PAGE.encode(), "https://harbour-gazette.example/a", Rule(body="main", title="main h1"))
    assert found.rule_missed
    assert "Neighbours painted the pier." in found.text
    assert found.page.title == "Harbour Gazette"
