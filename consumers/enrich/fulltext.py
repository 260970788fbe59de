"""Full text: articles in; for each its text out, with a note on how it was come by.

The feed's own text if it is long enough, else the text of the article's page. Whatever goes wrong with the
page, the feed's own text serves, and the note says why. A batch of articles waits for its pages no longer
than `page_seconds`, however many there are.
"""

import asyncio
from collections.abc import Sequence

from consumers.enrich.enrichers import failed
from consumers.enrich.extract import Extractors, Unextractable
from service.egress import Egress, Reply, Unreachable
from service.messages import Article, RawArticle
from service.settings import EnrichSettings

VERSION = "1"
NAME = "fulltext"
HTML = ("text/html", "application/xhtml+xml")
HEADERS = {"accept": "text/html,application/xhtml+xml;q=0.9"}

Text = tuple[str, str]
"""A text, and what to write under `fulltext` in `EnrichedArticle.enrichers`."""


class NoPage(Exception):
    """The page could not be used; says why, fit for strangers."""


class FullText:
    """Reads pages, so many at once."""

    def __init__(self, egress: Egress, extractors: Extractors, settings: EnrichSettings) -> None:
        self._egress, self._extractors, self._settings = egress, extractors, settings
        self._at_once = asyncio.Semaphore(settings.page_concurrency)

    async def texts(self, articles: Sequence[Article]) -> list[Text]:
        """For each article, in order. Never raises but when cancelled."""
        deadline = asyncio.get_running_loop().time() + self._settings.page_seconds
        return list(await asyncio.gather(*(self._text(article.raw, deadline) for article in articles)))

    async def _text(self, raw: RawArticle, deadline: float) -> Text:
        if len(raw.text) >= self._settings.enough_characters or not self._settings.fetch_pages:
            return raw.text, VERSION
        try:
            async with asyncio.timeout_at(deadline), self._at_once:
                page = await self._page(raw.link or raw.url, deadline)
                text = await self._extractors.extract(page.body, page.url)
        except TimeoutError:
            return raw.text, failed("out of time")
        except (NoPage, Unextractable) as error:
            return raw.text, failed(str(error))
        except Exception as error:  # noqa: BLE001  # a page can do anything; the article goes on
            return raw.text, failed(type(error).__name__)
        return (text, VERSION) if len(text) > len(raw.text) else (raw.text, failed("the page says less"))

    async def _page(self, url: str, deadline: float) -> Reply:
        left = max(0.1, deadline - asyncio.get_running_loop().time())
        reply = await self._egress.get(url, HEADERS, total_seconds=left)
        if isinstance(reply, Unreachable):
            raise NoPage(reply.why)
        if reply.status != 200:
            raise NoPage(f"status {reply.status}")
        media_type = reply.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type and media_type not in HTML:
            raise NoPage(f"not HTML but {media_type[:60]}")
        return reply
