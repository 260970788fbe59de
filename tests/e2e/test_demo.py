"""`courant demo`: one alert for each topic and story over all its languages, and a summary that adds up."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.demo.script import Printed, Publication, publishable
from tests.builders import NOW
from tests.e2e.installation import Installation


@pytest.mark.slow
def test_the_newsrooms_day_ends_as_it_should(tmp_path: Path) -> None:
    lines = Installation(tmp_path).run("demo", "--port", "0", "--seconds", "20", "--once")
    received = [each for each in lines if each["what"] == "received"]
    told = [each["data"] for each in received if each["type"] == "story.alerted"]
    assert [each["fault"] for each in received] == [""] * len(received)
    assert sorted(each["topic"]["name"] for each in told) == ["Belarus", "low water", "prisoner release"]
    belarus, release = one(told, "Belarus"), one(told, "prisoner release")
    assert belarus["story"]["id"] == release["story"]["id"] != one(told, "low water")["story"]["id"]
    assert {each["clause"] for each in belarus["reasons"]} & {"belarus", "country:BY"}
    revised = [each["data"] for each in received if each["type"] == "story.revised"]
    corrected = [each for each in revised if each["topic"]["name"] == "Belarus"]
    assert all(any("52" in fact for fact in each["change"]["facts"]) for each in corrected)
    assert len(corrected) <= 1, "none where the alert came so late that it had the right number"
    (summed,) = [each for each in lines if each["what"] == "summary"]
    published = len([each for each in lines if each["what"] == "published"])
    assert summed["articles in"] == published
    assert summed["new"] + summed["copies"] + summed["revisions"] + summed["repeats"] == published
    assert (summed["copies"], summed["revisions"]) == (3, 2)
    assert summed["alerts"] == 3
    assert summed["follow-ups"] == len(received) - 3
    assert summed["deliveries sent"] == summed["signatures verified"] == len(received)
    assert [each.partition(":")[0] for each in summed["feeds that failed"]] == ["The Static Gazette"]


def one(told: list[dict[str, Any]], topic: str) -> dict[str, Any]:
    (found,) = [each for each in told if each["topic"]["name"] == topic]
    return found


def test_a_text_is_corrected_once_it_was_read() -> None:
    first = Publication(1, "anchor", "ferry", "Ferries stay", "In port.")
    second, third = replace(first, hour=2, title="Ferries sail"), replace(first, hour=3, title="Ferries sailed")
    other = replace(first, slug="pier")
    assert publishable([first, other, second], 9, {}, {}) == [first, other]
    before = {("anchor", "ferry"): Printed(first, NOW, NOW)}
    assert publishable([second, third], 9, before, {}) == []
    assert publishable([second, third], 9, before, {"anchor": NOW}) == [], "it may have been read before it was out"
    assert publishable([second, third], 9, before, {"anchor": NOW + timedelta(seconds=1)}) == [second]
    assert publishable([second], 1.5, {}, {}) == []


def test_the_day_has_enough_outlets_and_languages() -> None:
    day = json.loads((Path(__file__).parents[2] / "consumers" / "demo" / "day.json").read_text())
    assert len(day["outlets"]) >= 8
    assert len({each["language"] for each in day["outlets"]}) >= 6
