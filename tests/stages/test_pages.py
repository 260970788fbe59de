"""Pages read from a real server: what their hosts allow, when they are asked, and what is remembered of it."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from consumers.enrich import open_enrich
from consumers.pages.reader import NotRead, Outcome, PageReader, Read, Wanted, open_reader
from consumers.runner import Received
from service.clock import now
from service.egress import Egress
from service.errors import Misconfigured
from service.messages import Article, EnrichedArticle
from service.model import EPOCH
from service.settings import EgressSettings, EnrichSettings
from service.store import Store
from tests.builders import a_raw_article, an_article
from tests.stages.pages import PAGE, PARAGRAPH, Pages

LOOPBACK = EgressSettings(allow_loopback=True)
SOURCE = "harbour-gazette.test"
ROBOTS = "/robots.txt"
FEED = "Neighbours painted the pier."


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    async with Pages.open() as pages:
        yield pages


def settings(**given: Any) -> EnrichSettings:
    return EnrichSettings(**({"processes": 0, "embeddings": False, "page_gap_seconds": 0} | given))


@asynccontextmanager
async def reader_with(store: Store, **given: Any) -> AsyncIterator[PageReader]:
    async with Egress.open(LOOPBACK) as egress, open_reader(store, egress, settings(**given)) as reader:
        yield reader


async def read(reader: PageReader, *urls: str, seconds: float = 20) -> list[Outcome]:
    return await reader.read([Wanted(url, SOURCE) for url in urls], seconds)


def robots(pages: Pages, text: str, status: int = 200) -> None:
    pages.more[ROBOTS] = ("text/plain", status, text)


def reasons(outcomes: list[Outcome]) -> list[str]:
    return [each.reason if isinstance(each, NotRead) else "read" for each in outcomes]


async def test_robots_decides_what_is_read_and_is_asked_for_once(store: Store, pages: Pages) -> None:
    robots(pages, "User-agent: *\nDisallow: /private")
    pages.more["/private/a"] = ("text/html", 200, PAGE)
    async with reader_with(store) as reader:
        found = await read(reader, pages.url("/good"), pages.url("/private/a"), pages.url("/good?2"))
        await read(reader, pages.url("/good?3"))
    assert reasons(found) == ["read", "robots", "read"]
    assert isinstance(found[1], NotRead)
    assert found[1].why == "robots.txt of 127.0.0.1 does not allow it"
    assert pages.seen["/private/a"] == 0
    async with reader_with(store) as another:
        assert reasons(await read(another, pages.url("/private/a"))) == ["robots"]
    assert pages.seen[ROBOTS] == 1


async def test_while_robots_cannot_be_had_nothing_is_read(store: Store, pages: Pages) -> None:
    robots(pages, "", 500)
    async with reader_with(store) as reader:
        (found,) = await read(reader, pages.url("/good"))
        assert reasons(await read(reader, pages.url("/good?again"))) == ["robots"]
    assert isinstance(found, NotRead)
    assert found.why == "robots.txt cannot be had: status 500"
    assert pages.seen == {ROBOTS: 1}


async def test_what_headers_and_page_permit_is_kept(store: Store, pages: Pages) -> None:
    pages.more["/meta"] = ("text/html", 200, PAGE.replace("<head>", '<head><meta name="robots" content="noarchive">'))
    pages.headers["/meta"] = "X-Robots-Tag: noai, noimageai\nTDM-Reservation: 1"
    async with reader_with(store) as reader:
        (found,) = await read(reader, pages.url("/meta"))
    assert isinstance(found, Read)
    assert found.extracted.page.permissions == {
        "robots.txt": "allowed",
        "meta": "noarchive",
        "header": "noai, noimageai",
        "tdm": "1",
    }


async def test_pages_of_a_host_are_asked_for_one_after_the_other(store: Store, pages: Pages) -> None:
    async with reader_with(store, page_gap_seconds=0.3) as reader:
        found = await read(reader, *(pages.url(f"/good?{n}") for n in range(3)))
    assert reasons(found) == ["read"] * 3
    times = [at for at, _ in pages.asked_at]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.25


@pytest.mark.slow
async def test_two_processes_share_a_host(store: Store, pages: Pages) -> None:
    async with reader_with(store, page_gap_seconds=0.3) as one, reader_with(store, page_gap_seconds=0.3) as other:
        await read(one, pages.url("/good?robots"))
        await asyncio.gather(*(read(each, pages.url(f"/good?{n}")) for n, each in enumerate((one, other, one, other))))
    times = [at for at, _ in pages.asked_at]
    assert min(later - earlier for earlier, later in itertools.pairwise(times)) >= 0.25


async def test_a_longer_pause_that_robots_asks_for_is_kept(store: Store, pages: Pages) -> None:
    robots(pages, "User-agent: courant\nCrawl-delay: 0.5")
    async with reader_with(store, page_gap_seconds=0.1) as reader:
        await read(reader, pages.url("/good?1"), pages.url("/good?2"))
    first, second = (at for at, path in pages.asked_at if path == "/good")
    assert second - first >= 0.45


async def test_a_turn_that_comes_too_late_is_not_waited_for(store: Store, pages: Pages) -> None:
    robots(pages, "User-agent: *\nCrawl-delay: 3600")
    async with reader_with(store) as reader:
        async with asyncio.timeout(60):
            found = await read(reader, pages.url("/good?1"), pages.url("/good?2"))
        assert reasons(found) == ["read", "turn"]
        host = await store.read(lambda tx: tx.hosts.get("127.0.0.1"))
        assert reasons(await read(reader, pages.url("/good?3"))) == ["turn"]
    assert await store.read(lambda tx: tx.hosts.get("127.0.0.1")) == host
    assert pages.seen["/good"] == 1


async def test_a_host_that_is_busy_is_left_alone_for_as_long_as_it_asks(store: Store, pages: Pages) -> None:
    pages.more["/busy"] = ("text/html", 429, "")
    pages.headers["/busy"] = "Retry-After: 600"
    async with reader_with(store) as reader:
        (found,) = await read(reader, pages.url("/busy"))
        assert isinstance(found, NotRead)
        assert (found.reason, found.why) == ("status", "status 429")
        assert reasons(await read(reader, pages.url("/good"))) == ["turn"]
    busy_until = (await store.read(lambda tx: tx.hosts.get("127.0.0.1"))).busy_until
    assert timedelta(minutes=9) < busy_until - now() <= timedelta(minutes=10)


async def test_a_busy_robots_leaves_the_host_alone(store: Store, pages: Pages) -> None:
    robots(pages, "", 503)
    async with reader_with(store) as reader:
        assert reasons(await read(reader, pages.url("/good"))) == ["robots"]
    assert (await store.read(lambda tx: tx.hosts.get("127.0.0.1"))).busy_until > EPOCH


async def test_a_page_that_leads_to_a_forbidden_one_is_not_used(store: Store, pages: Pages) -> None:
    robots(pages, "User-agent: *\nDisallow: /good")
    async with reader_with(store) as reader:
        assert reasons(await read(reader, pages.url("/moved"))) == ["robots"]


async def test_what_is_no_page_is_not_asked_for(store: Store, pages: Pages) -> None:
    async with reader_with(store) as reader:
        found = await read(reader, "mailto:a@b.test", "https://[::1", "", pages.url("/good"))
        assert await reader.read([], 1) == []
    assert reasons(found) == ["address", "address", "address", "read"]


async def test_a_robots_that_never_answers_costs_other_hosts_nothing(store: Store, pages: Pages) -> None:
    async with Pages.open() as slow:
        slow.slow.add(ROBOTS)
        async with reader_with(store) as reader:
            found = await read(reader, slow.url("/good"), pages.url("/good"), seconds=3)
    assert reasons(found) == ["robots", "read"]


async def test_pages_whose_robots_is_known_do_not_wait_for_another(store: Store, pages: Pages) -> None:
    async with Pages.open() as slow, reader_with(store) as reader:
        slow.slow.add(ROBOTS)
        await read(reader, pages.url("/good?1"))
        reading = asyncio.create_task(read(reader, slow.url("/good"), pages.url("/good?2"), seconds=300))
        async with asyncio.timeout(60):
            while pages.seen["/good"] < 2:
                await asyncio.sleep(0.01)
        assert not reading.done()
        reading.cancel()


async def test_an_answer_that_is_no_page_is_handed_on(store: Store, pages: Pages) -> None:
    pages.more["/gone"] = ("text/html", 410, "")
    pages.more["/same"] = ("text/html", 304, "")
    async with reader_with(store) as reader:
        found = await read(reader, pages.url("/gone"), pages.url("/same"))
    assert [each.reply.status for each in found if each.reply] == [410, 304]


async def test_rules_that_cannot_be_used_stop_the_start(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text('["gazette.example"]\nbody = "p["\n')
    async with Egress.open(LOOPBACK) as egress:
        with pytest.raises(Misconfigured, match=r"rules\.toml: gazette\.example: body"):
            async with open_reader(store, egress, settings(extraction_rules=str(file))):
                pass


async def enriched(store: Store, *articles: Article, **given: Any) -> list[EnrichedArticle]:
    async with Egress.open(LOOPBACK) as egress, open_enrich(store, egress, settings(**given)) as enrich:
        outcomes = await enrich([Received(each, f"articles.identified/0/{n}") for n, each in enumerate(articles)])
    return [message for outcome in outcomes for message in outcome.messages]


async def test_what_the_feed_left_open_is_filled_in_from_the_page(store: Store, pages: Pages) -> None:
    head = (
        '<head><meta name="author" content="Ana Lind"><meta property="og:image" content="/a.jpg">'
        '<meta property="article:published_time" content="2025-12-31">'
    )
    pages.more["/told"] = ("text/html", 200, PAGE.replace("<head>", head))
    bare = a_raw_article(url=pages.url("/told"), content=FEED, title="", published_at=None, seen_at=now())
    full = a_raw_article(url=pages.url("/told?2"), content=FEED, title="Kept", author="Marta Velin")
    found, kept = await enriched(store, an_article(raw=bare), an_article(raw=full))
    raw = found.article.raw
    assert (raw.title, raw.author, raw.published_precision) == ("Pier painted", "Ana Lind", "day")
    assert raw.published_at is not None
    assert (raw.published_at.isoformat(), raw.image) == ("2025-12-31T00:00:00+00:00", pages.url("/a.jpg"))
    assert (kept.article.raw.title, kept.article.raw.author) == ("Kept", "Marta Velin")
    assert (kept.article.raw.published_at, kept.article.raw.published_precision) == (full.published_at, "")
    assert found.page is not None
    assert len(found.page.text_hash) == 20


async def test_a_time_ahead_of_its_sighting_is_not_believed(store: Store, pages: Pages) -> None:
    head = '<head><meta property="article:published_time" content="2099-01-01T00:00:00Z">'
    pages.more["/ahead"] = ("text/html", 200, PAGE.replace("<head>", head))
    raw = a_raw_article(url=pages.url("/ahead"), content=FEED, published_at=None)
    (found,) = await enriched(store, an_article(raw=raw))
    assert (found.article.raw.published_at, found.article.raw.published_precision) == (None, "")


async def test_a_text_that_breaks_off_is_completed(store: Store, pages: Pages) -> None:
    cut = PARAGRAPH * 3 + "This is paragraph…"
    whole, completed = await enriched(
        store,
        an_article(url=pages.url("/good?1"), content=PARAGRAPH * 3),
        an_article(url=pages.url("/good?2"), content=cut),
    )
    assert (whole.text, whole.page) == (PARAGRAPH * 3, None)
    assert "paragraph number 5" in completed.text


async def test_an_entry_without_a_link_has_no_page(store: Store, pages: Pages) -> None:
    (found,) = await enriched(store, an_article(url=pages.url("/feed") + "#entry-0123456789abcdef", content=FEED))
    assert (found.text, found.page) == (FEED, None)
    assert not pages.seen


async def test_the_rule_of_a_source_decides(store: Store, pages: Pages, tmp_path: Path) -> None:
    file = tmp_path / "rules.toml"
    file.write_text(
        f'["{pages.base[7:]}"]\npages = "always"\nbody = "article p:nth-of-type(2)"\n["no.example"]\npages = "never"\n'
    )
    always = a_raw_article(url=pages.url("/good"), source="Gazette", content=PARAGRAPH * 9, complete=True)
    never = a_raw_article(url=pages.url("/good?2"), source="no.example", content=FEED)
    one, other = await enriched(store, an_article(raw=always), an_article(raw=never), extraction_rules=str(file))
    assert one.text.endswith("This is paragraph number 2.")
    assert one.page is not None
    assert one.page.extractor == "rule"
    assert (other.text, other.page) == (FEED, None)


async def test_what_became_of_pages_is_counted(store: Store, pages: Pages) -> None:
    articles = [
        an_article(url=pages.url(path), source=source, content=FEED)
        for path, source in (
            ("/good", SOURCE),
            ("/short", SOURCE),
            ("/empty", SOURCE),
            ("/missing", SOURCE),
            ("/picture", "other.test"),
        )
    ]
    await enriched(store, *articles)
    ours, other = await store.read(lambda tx: tx.pages.extractions())
    assert (ours.source, ours.judgement.status) == (SOURCE, "unproved")
    counts = ours.recent
    assert (counts.asked, counts["read"], counts["undated"], counts["anonymous"]) == (4, 3, 2, 2)
    assert (counts["empty"], counts["shorter"], counts.failed) == (1, 1, {"status": 1})
    assert (other.source, other.recent.failed) == ("other.test", {"not_html": 1})
