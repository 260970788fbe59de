"""Sitemaps: of news, of pages, and indexes of them; as they should be and as they are."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from consumers.poll.document import Document
from consumers.poll.parse import parse
from consumers.poll.sitemap import MOST_BYTES, newest_children, read_sitemap, unpacked, worth_telling
from consumers.poll.survey import Unreadable

SITE = "https://harbour-gazette.test"
NEWS = f"""<?xml version="1.0" encoding="UTF-8"?>
<?xml-stylesheet type="text/xsl" href="/sitemap.xsl"?>
<!-- <rss> by the harbour's own press -->
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
        xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"
        xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
  <url><loc>{SITE}/older</loc><news:news>
    <news:publication><news:name>Harbour Gazette</news:name><news:language>en</news:language></news:publication>
    <news:publication_date>2026-03-14T08:00:00+02:00</news:publication_date>
    <news:title>Ferry &amp; tide: &quot;no&quot; delay</news:title>
    <news:keywords>ferry, tide ,, harbour  wall</news:keywords>
  </news:news></url>
  <url><loc>
     {SITE}/newer </loc><lastmod>2026-03-14T11:00:00Z</lastmod><news:news><news:publication>
    <news:name>Harbour Gazette</news:name><news:language>en</news:language></news:publication>
    <news:publication_date>2026-03-14T09:30:00Z</news:publication_date><news:title><![CDATA[Pier closed]]></news:title>
  </news:news><image:image><image:loc>{SITE}/pier.jpg</image:loc></image:image>
  <image:image><image:loc>{SITE}/other.jpg</image:loc><image:title>Other</image:title></image:image></url>
</urlset>"""


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def read(text: str) -> Document:
    return parse(text.encode(), "application/xml", f"{SITE}/sitemap.xml")


def plain(*rows: str) -> str:
    return f"<urlset>{''.join(f'<url>{row}</url>' for row in rows)}</urlset>"


def test_a_news_sitemap_is_read_like_a_feed() -> None:
    found = read(NEWS)
    assert (found.title, found.listing, found.doubt) == ("Harbour Gazette", True, "")
    newer, older = found.entries
    assert (older.link, older.title, older.language) == (f"{SITE}/older", 'Ferry & tide: "no" delay', "en")
    assert (older.published_at, older.keywords) == (at(14, 6), ("ferry", "tide", "harbour wall"))
    assert (newer.link, newer.title, newer.image) == (f"{SITE}/newer", "Pier closed", f"{SITE}/pier.jpg")
    assert (newer.published_at, newer.updated_at) == (at(14, 9, 30), at(14, 11))


def test_a_plain_sitemap_has_addresses_and_dates_and_no_titles() -> None:
    rows = (f"<loc>{SITE}/a</loc><lastmod>2026-03-01</lastmod>", "<loc>/b</loc>", "<lastmod>2026-03-02</lastmod>")
    found = read(plain(*rows, f"<loc>{SITE}/c</loc><lastmod>2026-03-03</lastmod><changefreq>daily</changefreq>"))
    assert [(entry.link, entry.title, entry.updated_at) for entry in found.entries] == [
        (f"{SITE}/c", "", at(3)),
        (f"{SITE}/a", "", at(1)),
        (f"{SITE}/b", "", None),
    ]


def test_prefixes_that_are_declared_nowhere_do_no_harm() -> None:
    row = f"<s:loc>{SITE}/a</s:loc><n:news><n:title>Told</n:title></n:news>"
    found = read(f'<s:urlset xmlns:s="http://wrong.test/"><s:url>{row}</s:url></s:urlset>')
    assert [(entry.link, entry.title) for entry in found.entries] == [(f"{SITE}/a", "Told")]


def test_a_sitemap_that_breaks_off_gives_what_it_holds() -> None:
    whole = plain(*(f"<loc>{SITE}/{number}</loc>" for number in range(10)))
    assert len(read(whole[:-120]).entries) in range(5, 10)
    with pytest.raises(Unreadable, match="not well-formed"):
        read("<urlset><url><loc>https://a.te")


def test_a_packed_sitemap_is_unpacked() -> None:
    packed = gzip.compress(NEWS.encode())
    assert parse(packed, "application/x-gzip", f"{SITE}/sitemap.xml.gz") == read(NEWS)
    with pytest.raises(Unreadable, match="broken gzip"):
        parse(packed[:3] + b"rubbish" + packed[10:], "", f"{SITE}/sitemap.xml.gz")


def test_a_bomb_is_not_unpacked() -> None:
    with pytest.raises(Unreadable, match="once unpacked"):
        unpacked(gzip.compress(bytes(MOST_BYTES + 1)))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><urlset><url><loc>&b;</loc></url></urlset>', "no feed|entities"),
        ("<urlset>" + "<a>" * 100 + "</a>" * 100 + "</urlset>", "inside each other"),
        ("<urlset>" + "<a/>" * 1_500_001 + "</urlset>", "too many elements"),
        ("<urlset>" + "<url/>" * 50_001 + "</urlset>", "50000 addresses"),
        ("<urlset>\x00</urlset>", "NUL|well-formed"),
    ],
)
def test_a_sitemap_that_is_meant_to_harm_is_refused(text: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        read(text)


def test_of_a_long_sitemap_the_newest_entries_are_read() -> None:
    days = (
        f"<loc>{SITE}/{n}</loc><lastmod>{(at(1) - timedelta(days=n % 7)).isoformat()}</lastmod>" for n in range(700)
    )
    found = read_sitemap(plain(*days), SITE, most=100).entries
    assert len(found) == 100
    assert {int(entry.link.rpartition("/")[2]) % 7 for entry in found} == {0}


def test_only_what_is_new_by_its_own_date_is_told() -> None:
    days = (f"<loc>{SITE}/{day}</loc><lastmod>2026-03-{day:02}</lastmod>" for day in (1, 12, 13, 14))
    found = read(plain(*days, f"<loc>{SITE}/undated</loc>"))
    told = {first: worth_telling(found.entries, found, first, at(14, 12)) for first in (True, False)}
    assert [entry.link for entry in told[True]] == [f"{SITE}/14", f"{SITE}/13"]
    assert [entry.link for entry in told[False]] == [f"{SITE}/14", f"{SITE}/13", f"{SITE}/undated"]
    of_index = worth_telling(found.entries, index(f"<loc>{SITE}/1.xml</loc>"), False, at(14, 12))
    assert of_index == told[True], "a sitemap that was not among the newest until now may list anything"


def index(*rows: str) -> Document:
    return read(f"<sitemapindex>{''.join(f'<sitemap>{row}</sitemap>' for row in rows)}</sitemapindex>")


def names(document: Document, most: int = 9) -> list[str]:
    return [child.url.rpartition("/")[2] for child in newest_children(document, f"{SITE}/sitemap.xml", most)]


def test_of_an_index_the_children_changed_last_come_first() -> None:
    rows = [f"<loc>{SITE}/{day}.xml</loc><lastmod>2026-03-{day:02}</lastmod>" for day in (1, 3, 2)]
    found = index(*rows, f"<loc>{SITE}/undated.xml</loc>")
    assert (found.entries, found.listing) == ((), True)
    assert names(found, 3) == ["3.xml", "2.xml", "1.xml"]


def test_without_dates_news_and_high_numbers_come_first() -> None:
    found = index(*(f"<loc>/{name}.xml</loc>" for name in ("pages", "posts-2", "posts-10", "news", "posts-9")))
    assert names(found) == ["news.xml", "posts-10.xml", "posts-9.xml", "posts-2.xml", "pages.xml"]


def test_an_index_speaks_for_its_own_site_only() -> None:
    urls = ("https://www.harbour-gazette.test/a.xml", "https://elsewhere.test/b.xml", "file:///etc/passwd", "//:x")
    assert names(index(*(f"<loc>{url}</loc>" for url in urls))) == ["a.xml"]
