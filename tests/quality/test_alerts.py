"""Alerts per happening over the labelled stories, with what they cost: happenings missed, swallowed and mixed.

Floors are a little below what is measured (docs/measurements.md) and may only rise. The wire reports are judged
strictly: one report is one story, one alert and one source, however many print it.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.quality.alerts import Given, given, main, plain, report, topics, watch
from tests.quality.happenings import Expected, Raised, Told, agreement, count, mixed, together

STORIES = Path(__file__).parents[1] / "data" / "stories"
PLAIN = plain(embeddings=False)


def told(article_id: str, happening: str, story_id: str, language: str = "en", is_copy: bool = False) -> Told:
    return Told(
        article_id, article_id, happening, language, is_copy, strand_id=f"{story_id} {language}", story_id=story_id
    )


FLOODS = Expected("flood", "flood", ("elbe", "loire", "tisza"))


def test_alerts_count_for_the_happening_of_the_article_that_raised_them() -> None:
    articles = [told("a", "elbe", "s1"), told("b", "elbe", "s2"), told("c", "loire", "s3"), told("d", "storks", "s4")]
    raised = [Raised("flood", "s1", "a"), Raised("flood", "s2", "b"), Raised("flood", "s4", "d")]
    found = count(FLOODS, articles, [*raised, Raised("strike", "s3", "c")])
    assert (found.alerts, found.happenings, found.again) == (3, 2, {"elbe": ["a", "b"]})
    assert (found.swallowed, found.unseen, found.beside) == ((), ("loire",), ("storks",))


def test_a_happening_in_a_story_told_for_another_is_swallowed() -> None:
    articles = [told("a", "elbe", "s1"), told("b", "loire", "s1"), told("c", "tisza", "s2")]
    found = count(FLOODS, articles, [Raised("flood", "s1", "a")])
    assert (found.swallowed, found.unseen) == (("loire",), ("tisza",))
    assert together([found, found]) == {
        "alerts": 2,
        "happenings": 2,
        "alerts_per_happening": 1.0,
        "swallowed": 2,
        "unseen": 2,
    }


def test_stories_of_several_happenings_are_listed_and_copies_have_no_voice() -> None:
    articles = [told("a", "elbe", "s1"), told("b", "loire", "s1"), told("c", "tisza", "s2")]
    articles += [told("d", "elbe", "s2", is_copy=True)]
    assert mixed(articles) == [{"elbe": 1, "loire": 1}]


def test_pairs_in_two_languages_are_judged_by_themselves() -> None:
    articles = [told("a", "elbe", "s1"), told("b", "elbe", "s1"), told("c", "elbe", "s1", "de")]
    articles += [told("d", "loire", "s1", "fr"), told("e", "loire", "s2", "de")]
    scores = agreement(articles)["across_languages"]
    assert (scores["precision"], scores["recall"]) == (0.4, round(2 / 3, 4))


def labelled(*names: str) -> list[Given]:
    return given([STORIES / f"{name}.jsonl" for name in names])


def every() -> list[Given]:
    return given(sorted(STORIES.glob("*.jsonl")))


def test_the_set_is_what_it_says() -> None:
    articles = every()
    happenings = {each.labelled.label: each.part for each in articles}
    assert len(articles) >= 450
    assert len(happenings) >= 70
    assert {each.labelled.raw.language for each in articles} == {"be", "ru", "en", "pl", "lt", "uk", "de", "fr"}
    assert {(each.labelled.label, each.part) for each in articles} == set(happenings.items())
    parts = list(happenings.values())
    assert abs(parts.count("dev") - parts.count("test")) <= 1
    assert {name for each in topics(STORIES / "topics.json") for name in each.happenings} <= set(happenings)


async def heard(articles: list[Given]) -> dict[str, Any]:
    expected = topics(STORIES / "topics.json")
    return report(expected, await watch(articles, expected, STORIES / "sources.tsv", PLAIN))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "happening"), [("wire_en", "wire-antarctic"), ("wire_ru", "wire-lion")])
async def test_a_report_printed_forty_times_is_one_story_one_alert_and_one_source(name: str, happening: str) -> None:
    said = await heard(labelled(name))
    assert (said["articles"], said["stories"]) == (41, 1)
    assert said["copies"] == {"labelled": 40, "found": 40, "wrongly": 0}
    assert said["independent"] == {happening: [1]}
    assert (said["told"]["alerts"], said["told"]["happenings"]) == (1, 1)


@pytest.mark.slow
async def test_alerts_per_happening_keep_their_floors() -> None:
    said = await heard(every())
    assert said["told"]["alerts_per_happening"] <= 1.25
    assert said["told"]["swallowed"] <= 5
    assert said["told"]["unseen"] == 0
    assert said["copies"] == {"labelled": 98, "found": 98, "wrongly": 0}
    assert said["agreement"]["all"]["bcubed"]["f1"] >= 0.75
    for language, scores in said["agreement_of_strands"].items():
        assert scores["bcubed"]["precision"] >= 0.88, language
        assert scores["bcubed"]["f1"] >= 0.8, language


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": 1, "text": "t"}')
    assert main([str(path)]) == 2
    assert "line 1" in capsys.readouterr().err
