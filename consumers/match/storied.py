"""What is told of a story, in alerts and in what follows them: the story and its portrait in, its part of the payload
out. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from consumers.match.fitting import Cut
from service.model import Story
from service.story import Portrait, Report
from service.story.contradictions import Number
from service.story.mentions import Key
from service.story.reports import by_when

MOST_CLAIMS = 6
"""Of one number."""


@dataclass(frozen=True, slots=True)
class Storied:
    """A story as it stands, and what its articles say."""

    story: Story
    portrait: Portrait
    sources: tuple[str, ...] = ()
    """Of its articles, those that are nobody's copy; the first to report at the head."""


def story_told(of: Storied, cut: Cut) -> dict[str, Any]:
    """The story's part of a payload."""
    story, portrait = of.story, of.portrait
    return {
        "id": story.id,
        "title": cut.text(story.title),
        "headlines": [
            _headline(language, report, cut) for language, report in cut.some("headlines", portrait.headlines.items())
        ],
        "languages": list(cut.some("languages", story.languages)),
        "countries": list(cut.some("countries", story.countries)),
        "articles": story.articles,
        "copies": story.copies,
        "sources": story.sources,
        "source_names": [cut.text(each) for each in cut.some("source_names", of.sources)],
        "independent": story.independent,
        "controlled": story.controlled,
        "first_at": iso(story.first_at),
        "first_report": _first(portrait.corroboration.earliest, cut),
        "people": _named(portrait.key.get("person", ()), "people", cut),
        "organisations": _named(portrait.key.get("organisation", ()), "organisations", cut),
        "places": _named(portrait.key.get("place", ()), "places", cut),
        "numbers": [_number(each, cut) for each in cut.some("numbers", _foremost(portrait))],
    }


def _headline(language: str, report: Report, cut: Cut) -> dict[str, Any]:
    return {
        "language": language,
        "title": cut.text(report.title),
        "article_id": report.article_id,
        "source": cut.text(report.source),
    }


def _first(report: Report | None, cut: Cut) -> dict[str, Any] | None:
    """Who had it first."""
    if report is None:
        return None
    return {
        "article_id": report.article_id,
        "source": cut.text(report.source),
        "language": report.language,
        "title": cut.text(report.title),
        "at": iso(by_when(report)),
    }


def _named(keys: Sequence[Key], name: str, cut: Cut) -> list[dict[str, Any]]:
    return [
        {"id": cut.text(each.id), "name": cut.text(each.name), "country": each.country, "voices": each.origins}
        for each in cut.some(name, keys)
    ]


def _foremost(portrait: Portrait) -> list[Number]:
    """Those on which articles differ come first."""
    return [*portrait.differing, *(each for each in portrait.numbers if each not in portrait.differing)]


def _number(number: Number, cut: Cut) -> dict[str, Any]:
    """What most voices say of how many; and where articles differ, who says what."""
    differ = number.verdict != "agreed"
    claims = number.claims[-MOST_CLAIMS:] if differ else ()
    return {
        "counts": cut.text(number.subject),
        "unit": cut.text(number.unit),
        "value": cut.text(number.value),
        "verdict": number.verdict,
        "voices": number.voices,
        "claims": [
            {
                "value": cut.text(each.written),
                "bound": each.bound,
                "source": cut.text(each.source),
                "article_id": each.article_id,
                "at": iso(each.at),
            }
            for each in cut.some("claims", claims, len(number.claims) if differ else 0)
        ],
    }


def iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
