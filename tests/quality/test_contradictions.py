"""Are the contradictions that stories are said to have there? On the labelled stories, in which none are."""

import json
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from consumers.enrich.figures.amounts import figures
from service.sources import load
from service.story import Portrait, Report, Told, corroboration, portrait, to_read
from service.story.reports import in_order

STORIES = Path(__file__).parents[1] / "data" / "stories"
KNOWN = load(STORIES / "sources.tsv")


def labelled() -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for file in sorted(STORIES.glob("*.jsonl")):
        if not file.name.startswith("wire"):
            for line in file.read_text("utf-8").splitlines():
                article = json.loads(line)
                found[article["story"]].append(article)
    return found


def told_of(articles: Sequence[dict[str, Any]]) -> Portrait:
    reports = in_order(map(report, articles))
    found = corroboration(reports, KNOWN)
    wanted = set(to_read(reports, found))
    return portrait(reports, [told(each) for each in articles if each["id"] in wanted], found)


def report(article: dict[str, Any]) -> Report:
    at, source = datetime.fromisoformat(article["published"]), KNOWN.of(article["source"])
    return Report(
        article_id=article["id"],
        source=article["source"],
        seen_at=at,
        published_at=at,
        language=article["lang"],
        title=article["title"],
        house=source.house,
        control=source.control,
    )


def told(article: dict[str, Any]) -> Told:
    found = figures(article["text"], article["lang"])
    return Told(article["id"], article["lang"], article["text"], found)


def test_a_number_that_an_agency_took_back_is_found_and_hardly_anything_is_taken_for_a_contradiction() -> None:
    stories = labelled()
    portraits = {name: told_of(articles) for name, articles in stories.items()}
    differing = {name: {each.subject: each for each in portrait.differing} for name, portrait in portraits.items()}
    taken_back = differing["by-release-a"]["released"]
    assert (taken_back.verdict, taken_back.value) == ("updated", "14")
    assert {claim.written for claim in taken_back.claims} >= {"52", "14"}
    wrong = [name for name, some in differing.items() if any(each.verdict == "contradiction" for each in some.values())]
    assert len(stories) >= 70
    assert len(wrong) <= 2, wrong


def test_every_story_has_a_headline_and_a_summary_in_each_of_its_languages() -> None:
    for name, articles in labelled().items():
        portrait = told_of(articles)
        assert set(portrait.headlines) == {each["lang"] for each in articles}, name
        assert set(portrait.summary) == {each["lang"] for each in articles if each["text"]}, name
