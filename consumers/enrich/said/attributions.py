"""Who said what, and which sources are leaned on: a text and its language in, quotes and citations out.

Both come from the same attributions: where the source is an outlet it is a citation, else a quote; what a person told
an outlet, and what somebody's press service says, is both.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from consumers.enrich.said.bylines import bylines
from consumers.enrich.said.citations import citations, is_own
from consumers.enrich.said.cues import grammar
from consumers.enrich.said.phrases import words_of
from consumers.enrich.said.quotes import identified, quotes
from consumers.enrich.said.speech import attributed
from service.messages import Citation, Entity, Quote

VERSION = "2"
MOST = 200
"""Quotes of one text, and citations."""


def attributions(text: str, language: str) -> tuple[tuple[Quote, ...], tuple[Citation, ...]]:
    """In the order of the text. Speakers are as written, pronouns resolved where there is one person to mean."""
    origins = [
        Citation(cited=text[span.start : span.end], domain=domain, byline=True, start=span.start, end=span.end)
        for span, domain in bylines(text)
    ]
    known = grammar(language)
    if known is None:
        return (), tuple(origins[:MOST])
    words = words_of(text, known)
    found = attributed(words, known)
    credited = {(each.start, each.end) for each in origins}
    cited = [each for each in citations(words, known, found) if (each.start, each.end) not in credited]
    return tuple(quotes(words, known, found)[:MOST]), tuple([*origins, *cited][:MOST])


def settled(fields: Mapping[str, Any], own: str) -> dict[str, Any]:
    """The quotes with their speakers' ids, where `entities` have them, and the citations of others than `own`, the
    article's source."""
    entities: Sequence[Entity] = fields.get("entities", ())
    cited: Sequence[Citation] = fields.get("citations", ())
    return {
        "quotes": tuple(identified(fields.get("quotes", ()), entities)),
        "citations": tuple(each for each in cited if not is_own(each, own)),
    }
