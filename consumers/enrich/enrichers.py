"""What is found out about an article, and by whom: `ENRICHERS`. A new one is a file and a line here.

An enricher takes title, text and language and gives fields of `EnrichedArticle`. One that fails is written
down under its name, and the article goes on without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from consumers.enrich import keywords, language, subjects
from consumers.enrich.figures import amounts, dates, numbers
from consumers.enrich.people import names, who
from consumers.enrich.places import named
from consumers.enrich.said import attributions
from service.messages import Article, EnrichedArticle
from service.text.commonness import Commonness

Fields = Mapping[str, Any]
NOTHING: Mapping[str, Commonness] = {}
"""Known of the words of any language."""


@dataclass(frozen=True, slots=True)
class Enricher:
    """`find(title, text, language)` gives fields. The version grows when it would find others."""

    name: str
    version: str
    find: Callable[..., Fields]
    timely: bool = False
    """`find` takes when the article was published, too: a time, or None."""
    weighing: bool = False
    """`find` takes how common words are in the language, too."""


def _places(title: str, text: str, code: str) -> Fields:
    found, scene = named.located(title, text, code)
    return {"places": found, "countries": named.countries(found), "scene": scene}


def _names(title: str, text: str, code: str) -> Fields:
    return {"names": names.names(title, text, code)}


def _people(title: str, text: str, code: str) -> Fields:
    return {"entities": who.entities(title, text, code)}


def _numbers(title: str, text: str, code: str) -> Fields:
    return {"numbers": numbers.numbers(title, text)}


def _figures(title: str, text: str, code: str) -> Fields:
    return {"figures": amounts.figures(text, code)}


def _dates(title: str, text: str, code: str, published: datetime | None) -> Fields:
    return {"dates": dates.dates(text, code, published)}


def _attributions(title: str, text: str, code: str) -> Fields:
    quotes, citations = attributions.attributions(text, code)
    return {"quotes": quotes, "citations": citations}


def _subjects(title: str, text: str, code: str) -> Fields:
    return {"topics": subjects.subjects(title, text, code)}


def _keywords(title: str, text: str, code: str, common: Commonness) -> Fields:
    return {"keywords": keywords.keywords(title, text, code, common)}


ENRICHERS: tuple[Enricher, ...] = (
    Enricher("places", named.VERSION, _places),
    Enricher("names", names.VERSION, _names),
    Enricher("people", who.VERSION, _people),
    Enricher("numbers", numbers.VERSION, _numbers),
    Enricher(amounts.NAME, amounts.VERSION, _figures),
    Enricher(dates.NAME, dates.VERSION, _dates, timely=True),
    Enricher(subjects.NAME, subjects.VERSION, _subjects),
    Enricher("keywords", keywords.VERSION, _keywords, weighing=True),
    Enricher("attributions", attributions.VERSION, _attributions),
)

MOST_CHARACTERS = 50_000
"""Of a text that enrichers look at; beyond, a page is a book or an attack."""


def enriched(
    article: Article,
    text: str,
    so_far: Mapping[str, str],
    enrichers: tuple[Enricher, ...] = ENRICHERS,
    common: Mapping[str, Commonness] = NOTHING,
) -> EnrichedArticle:
    """The article with its full text and everything found out about it; `so_far` is noted already. `common`: how
    common words are, by language."""
    title, seen = article.raw.title, text[:MOST_CHARACTERS]
    fields: dict[str, Any] = {}
    notes = dict(so_far)
    code, confidence = language.UNKNOWN, 0.0
    try:
        code, confidence = language.language(title, seen, article.raw.language)
        notes["language"] = language.VERSION
    except Exception as error:  # noqa: BLE001  # whatever it is, the article goes on
        notes["language"] = failed(type(error).__name__)
    for enricher in enrichers:
        try:
            more: tuple[Any, ...] = (article.raw.published_at,) if enricher.timely else ()
            more += (common.get(code, keywords.NOTHING),) if enricher.weighing else ()
            fields |= enricher.find(title, seen, code, *more)
            notes[enricher.name] = enricher.version
        except Exception as error:  # noqa: BLE001  # the same
            notes[enricher.name] = failed(type(error).__name__)
    fields |= attributions.settled(fields, article.raw.source)
    return EnrichedArticle(
        article=article,
        text=text,
        language=code,
        language_confidence=confidence,
        enrichers=notes,
        **fields,
    )


def inherited(article: Article, original: EnrichedArticle) -> EnrichedArticle:
    """A copy with what was found out about its original; its own text if that is the longer."""
    text = max(article.raw.text, original.text, key=len)
    facts = {} if text == original.text else _facts(text[:MOST_CHARACTERS], original.language, article)
    found = {name: getattr(original, name) for name in ("entities", "quotes", "citations")} | facts
    said = attributions.settled(found, article.raw.source)
    return msgspec.structs.replace(original, article=article, text=text, **facts | said)


def _facts(text: str, code: str, article: Article) -> dict[str, Any]:
    """What names its place in the text, and so cannot be had from another."""
    found: dict[str, Any] = {"dates": dates.dates(text, code, article.raw.published_at)}
    return found | {"figures": amounts.figures(text, code)} | dict(_attributions("", text, code))


def failed(why: str) -> str:
    """How a failure is written in `EnrichedArticle.enrichers`."""
    return f"failed: {why}"


def describe(title: str, text: str, hint: str = "") -> tuple[str, tuple[str, ...]]:
    """The language and the countries of a text that is no article: (code, ISO codes, most named first)."""
    code, _ = language.language(title, text, hint)
    return code, named.countries(named.places(title, text[:MOST_CHARACTERS], code))
