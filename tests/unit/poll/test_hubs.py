"""Which hub does a feed name, and by what address does the hub know the feed?"""

import pytest

from consumers.poll.hubs import MOST_HUBS, document_links, header_links, offer, speaks_of_hubs
from service.model import Offer
from tests.effort import demand_linear

URL = "https://gazette.test/feed.xml"
HUB = "https://hub.test/"
SELF = "https://gazette.test/all.xml"


@pytest.mark.parametrize(
    "header",
    [
        f'<{HUB}>; rel="hub", <{SELF}>; rel="self"',
        f"<{HUB}>;rel=hub,<{SELF}>;rel=self",
        f'<{SELF}>; rel="alternate self"; type="application/rss+xml", <{HUB}> ; REL = "HUB"',
        f'<{HUB}>; title="a, <b>; rel=self"; rel=hub, <{SELF}>; rel=self',
        f'<{HUB}>; rel=hub; rel=self, </x>; rel=hub; anchor="/other", <{SELF}>; rel=self',
        f"<{HUB}>; rel=hub; crossorigin, <{SELF}>; rel=self",
    ],
)
def test_a_hub_is_named_by_the_link_header(header: str) -> None:
    assert header_links(header) == ([HUB], SELF)
    assert offer(header, "", URL) == Offer((HUB,), SELF)


@pytest.mark.parametrize(
    "header", ["", "nonsense", "<>; rel=hub", "<mailto:x>; rel=hub", f"<{HUB}>; rel=hubs", "<" * 9]
)
def test_a_header_that_names_none_is_no_offer(header: str) -> None:
    assert offer(header, "", URL) is None


RSS = f"""<?xml version="1.0"?><rss xmlns:a="http://www.w3.org/2005/Atom" version="2.0"><channel>
<title>Gazette</title><link>https://gazette.test/</link>
<a:link rel="hub" href="{HUB}"/><a:link href='{SELF}' type="application/rss+xml" rel='self'/>
<item><a:link rel="hub" href="https://evil.test/"/><a:link rel="self" href="https://evil.test/s"/></item>
</channel></rss>"""
ATOM = f"""<feed xmlns="http://www.w3.org/2005/Atom"><!-- <link rel="hub" href="https://evil.test/"/> -->
<link rel="hub" href="{HUB}" /><link rel="self" href="{SELF}"></link>
<entry><link rel="self" href="/e"/></entry></feed>"""
JSON = f"""{{"version": "https://jsonfeed.org/version/1.1", "feed_url": "{SELF}", "items": [],
"hubs": [{{"type": "rssCloud", "url": "https://cloud.test/"}}, {{"type": "WebSub", "url": "{HUB}"}}]}}"""
HTML = f"""<!DOCTYPE html><html><head><link rel=stylesheet href=/x.css><LINK REL="hub" HREF="{HUB}">
<link href="{SELF}" rel="self"></head><body><link rel="hub" href="https://evil.test/"></body></html>"""


@pytest.mark.parametrize("document", [RSS, ATOM, JSON, HTML], ids=["rss", "atom", "json", "html"])
def test_a_hub_is_named_by_the_document(document: str) -> None:
    assert document_links(document) == ([HUB], SELF)
    assert offer("", document, URL) == Offer((HUB,), SELF)


def test_the_body_of_a_page_names_no_hub() -> None:
    page = f'<html><head><title>x</title></head><body><link rel="hub" href="{HUB}"></body></html>'
    assert offer("", page, URL) is None


def test_the_header_goes_before_the_document() -> None:
    header = "<https://other.test/>; rel=hub, <https://gazette.test/other>; rel=self"
    assert offer(header, RSS, URL) == Offer(("https://other.test/",), "https://gazette.test/other")
    assert offer("<https://gazette.test/other>; rel=self", RSS, URL) == Offer((HUB,), "https://gazette.test/other")
    assert offer("<https://other.test/>; rel=hub", RSS, URL) == Offer(("https://other.test/",), SELF)


def test_a_feed_that_does_not_name_itself_is_known_by_its_address() -> None:
    assert offer(f"<{HUB}>; rel=hub", "", URL) == Offer((HUB,), URL)
    assert offer(f"<{HUB}>; rel=hub, <urn:x>; rel=self", "", URL) == Offer((HUB,), URL)


def test_addresses_are_resolved_and_unescaped() -> None:
    header = "</hub>; rel=hub, <all.xml>; rel=self"
    assert offer(header, "", URL) == Offer(("https://gazette.test/hub",), "https://gazette.test/all.xml")
    assert offer("", '<feed><link rel="hub" href="https://hub.test/?a=1&amp;b=2"/>', URL) == Offer(
        ("https://hub.test/?a=1&b=2",), URL
    )


def test_of_many_hubs_a_few_are_kept_each_once() -> None:
    header = ", ".join(f"<https://hub{n % 9}.test/>; rel=hub" for n in range(30))
    found = offer(header, "", URL)
    assert found
    assert found.hubs == tuple(f"https://hub{n}.test/" for n in range(MOST_HUBS))


@pytest.mark.parametrize(
    "document", ['{"hubs": {"a": 1}}', '{"hubs": [1]}', '{"hubs', "{" * 100_000, '{"hubs": [{"type": "WebSub"}]}', ""]
)
def test_a_document_that_names_none_is_no_offer(document: str) -> None:
    assert offer("", document, URL) is None


@pytest.mark.parametrize(
    ("start", "unit", "end"),
    [
        ("", "<link ", ""),
        ("", "<!--", ""),
        ("", "<link a='", ""),
        ("", "<", ""),
        ("<link ", "a=1 ", ">"),
        ("<x>", '; a="', ""),
        ("<x>", ";a", "<"),
    ],
)
def test_a_hostile_document_takes_no_time(start: str, unit: str, end: str) -> None:
    def work(size: int) -> None:
        hostile = start + unit * (size // len(unit)) + end
        assert offer("", hostile, URL) is None
        assert offer(hostile, "", URL) is None

    demand_linear(work, 100_000)


def test_a_document_is_looked_at_only_where_it_speaks_of_hubs() -> None:
    assert speaks_of_hubs(RSS.encode())
    assert speaks_of_hubs(RSS.encode("utf-16"))
    assert not speaks_of_hubs(b"<rss><channel><title>News</title></channel></rss>")
