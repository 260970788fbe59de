"""Full text: articles in; for each its text out, with its page and a note on how the text was come by.

The feed's own text where that is all of it, else the text of the article's page. Whatever goes wrong with the
page, the feed's own text serves, and the note says why. A batch of articles waits for its pages no longer
than `page_seconds`, however many there are.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from consumers.enrich.enough import page_wanted
from consumers.enrich.enrichers import failed
from consumers.pages.reader import Outcome, PageReader, Read, Wanted
from service.messages import Article, Page, RawArticle
from service.model.extraction import PageCounts, length_measure
from service.settings import EnrichSettings

VERSION = "2"
NAME = "fulltext"
NO_LINK = "#entry-"
"""In the address made for an entry that has no page."""


class Text(NamedTuple):
    """A text, what to write under `fulltext` in `EnrichedArticle.enrichers`, and the page if one was read."""

    text: str
    note: str
    page: Page | None = None


class Texts(NamedTuple):
    """One text for each article, and what became of the pages asked for, by source."""

    texts: list[Text]
    counts: Mapping[str, PageCounts]


class FullText:
    """Decides which pages are needed, and reads them."""

    def __init__(self, reader: PageReader | None, settings: EnrichSettings) -> None:
        """Without a reader, only what feeds gave."""
        self._reader, self._settings = reader, settings

    async def texts(self, articles: Sequence[Article]) -> Texts:
        """For each article, in order. Raises `Outage` if the store is away."""
        reader = self._reader
        if reader is None:
            return Texts([Text(article.raw.text, VERSION) for article in articles], {})
        asked = {n: article.raw for n, article in enumerate(articles) if self._wants_page(article.raw, reader)}
        wanted = [Wanted(raw.link or raw.url, raw.source) for raw in asked.values()]
        outcomes = await reader.read(wanted, self._settings.page_seconds) if wanted else []
        read = dict(zip(asked, outcomes, strict=True))
        texts = [
            self._chosen(article.raw, read[n], reader) if n in read else Text(article.raw.text, VERSION)
            for n, article in enumerate(articles)
        ]
        return Texts(texts, counted((asked[n], outcome) for n, outcome in read.items()))

    def _wants_page(self, raw: RawArticle, reader: PageReader) -> bool:
        has_page = bool(raw.link) or NO_LINK not in raw.url
        rule = reader.rules.of(raw.source, raw.url)
        return has_page and page_wanted(raw, rule, self._settings.enough_characters)

    def _chosen(self, raw: RawArticle, outcome: Outcome, reader: PageReader) -> Text:
        if not isinstance(outcome, Read):
            return Text(raw.text, failed(outcome.why))
        text, page = outcome.extracted.text, outcome.extracted.page
        if not text:
            return Text(raw.text, failed("no text in the page"), page)
        always = reader.rules.of(raw.source, raw.url).pages == "always"
        if len(text) > len(raw.text) or always:
            return Text(text, VERSION, page)
        return Text(raw.text, failed("the page says less"), page)


def counted(outcomes: Iterable[tuple[RawArticle, Outcome]]) -> dict[str, PageCounts]:
    """What became of pages, by source."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for raw, outcome in outcomes:
        counts[raw.source].update(_measures(raw, outcome))
    return {source: PageCounts(dict(some)) for source, some in counts.items()}


def _measures(raw: RawArticle, outcome: Outcome) -> list[str]:
    if not isinstance(outcome, Read):
        return [f"failed:{outcome.reason}"]
    text, page = outcome.extracted.text, outcome.extracted.page
    if not text:
        return ["read", "empty"]
    lacking = {
        "shorter": len(text) < len(raw.text),
        "undated": page.published_at is None,
        "anonymous": not page.author,
        "rule_missed": outcome.extracted.rule_missed,
    }
    return ["read", length_measure(len(text)), *(measure for measure, lacks in lacking.items() if lacks)]
