"""On whom an article leans: what was found in its text in, the one source from which all of it comes out.

Told once, when the article is filed, for it needs the text.
"""

from collections.abc import Iterable, Sequence

from service.messages import Citation, EnrichedArticle
from service.story.sentences import Place, sentence_at, sentences
from service.text import fold

MOST = 0.5
"""Share of the text in the sentences that cite, from which on all of it is taken to come from there."""
SHORT = 0.25
"""The same for a text that begins by citing: what follows tells more of it."""


def rests_on(enriched: EnrichedArticle) -> str:
    """The domain of the source; "" if the article has something of its own, or it cannot be told.

    A byline that names one other source says so. Without one, nobody speaks in sentences that do not cite, and most
    of the article is in those that do; where it cites one source alone, its beginning and a quarter are enough. Of
    several sources it is the first that is known.
    """
    bylines = {each.domain or fold(each.cited) for each in enriched.citations if each.byline}
    cited = {each.domain or fold(each.cited) for each in enriched.citations}
    domain = next((each.domain for each in enriched.citations if each.domain), "")
    if bylines:
        return next((each.domain for each in enriched.citations if each.byline), "") if len(bylines) == 1 else ""
    return domain if domain and _covers(enriched, len(cited) == 1) else ""


def _covers(enriched: EnrichedArticle, one: bool) -> bool:
    places = sentences(enriched.text, enriched.language)
    citing = _sentences_of(places, enriched.citations)
    if not citing:
        return False
    speaking = {sentence_at(places, each.start) for each in enriched.quotes if each.speaker}
    if not speaking <= citing:
        return False
    covered = sum(places[each][1] - places[each][0] for each in citing)
    whole = sum(end - start for start, end in places)
    return covered >= whole * (SHORT if one and min(citing) == 0 else MOST)


def _sentences_of(places: Sequence[Place], citations: Iterable[Citation]) -> set[int]:
    """Those that name the source, and those that are taken from it."""
    found: set[int] = set()
    for each in citations:
        found.add(max(0, sentence_at(places, each.start)))
        first, last = sentence_at(places, each.content_start), sentence_at(places, each.content_end - 1)
        if each.content_end > each.content_start:
            found.update(range(max(0, first), last + 1))
    return {each for each in found if each < len(places)}
