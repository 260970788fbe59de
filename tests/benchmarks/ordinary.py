"""Ordinary feeds, as most publishers' programs write them: our own words in the shapes of the wild.

In: how many entries a document has; out: documents by name. The same number gives the same documents.
"""

from collections.abc import Callable
from datetime import timedelta, timezone
from html import escape

from tests.benchmarks.corpus import Report, reports

BASE = "https://harbour-gazette.example/2026/"
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:atom="http://www.w3.org/2005/Atom"'
)


def documents(entries: int = 30) -> dict[str, bytes]:
    """One document of each shape."""
    some = list(reports(entries, seed=entries))
    return {name: shape(some).encode() for name, shape in SHAPES.items()}


def _paragraphs(report: Report) -> str:
    """The text as an editor's program marks it up."""
    sentences = report.text.split(". ")
    thirds = [". ".join(sentences[at : at + 4]) for at in range(0, len(sentences), 4)]
    marked = (f'<p>{third} <a href="{BASE}{n}?a=1&amp;b=2"><em>more</em></a></p>' for n, third in enumerate(thirds))
    return f'<figure><img src="{BASE}i.jpg" alt="The quay"/></figure>\n' + "\n".join(marked)


def _date(report: Report) -> str:
    return f"{report.published_at:%a, %d %b %Y %H:%M:%S} +0000"


def _iso(report: Report) -> str:
    return report.published_at.astimezone(timezone(timedelta(hours=2))).isoformat()


def _blog(some: list[Report]) -> str:
    """RSS 2.0 with whole texts in CDATA."""
    entries = "".join(
        f"""
    <item>
      <title>{escape(each.title)}</title>
      <link>{BASE}{each.number}/</link>
      <comments>{BASE}{each.number}/#comments</comments>
      <dc:creator><![CDATA[Desk {each.number % 7}]]></dc:creator>
      <pubDate>{_date(each)}</pubDate>
      <category><![CDATA[News]]></category><category><![CDATA[{each.outlet}]]></category>
      <guid isPermaLink="false">{BASE}?p={each.number}</guid>
      <description><![CDATA[<p>{each.text[:300]} [&#8230;]</p>]]></description>
      <content:encoded><![CDATA[{_paragraphs(each)}]]></content:encoded>
      <slash:comments>{each.number % 9}</slash:comments>
    </item>"""
        for each in some
    )
    return _rss(entries)


def _headlines(some: list[Report]) -> str:
    """RSS 2.0 with a line or two for each entry."""
    entries = "".join(
        f"""
    <item>
      <title>{escape(each.title)}</title>
      <description>{escape(each.text[:250])}</description>
      <link>{BASE}{each.number}?utm_source=rss&amp;utm_medium=feed</link>
      <guid isPermaLink="true">{BASE}{each.number}</guid>
      <pubDate>{_date(each)}</pubDate>
      <media:content url="{BASE}{each.number}.jpg" medium="image" width="800" height="450"/>
    </item>"""
        for each in some
    )
    return _rss(entries)


def _rss(entries: str) -> str:
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" {SPACES}>
  <channel>
    <title>Harbour Gazette</title>
    <atom:link href="{BASE}feed/" rel="self" type="application/rss+xml" />
    <link>https://harbour-gazette.example</link>
    <description>News from the islands</description>
    <lastBuildDate>Mon, 23 Nov 2026 08:00:00 +0000</lastBuildDate>
    <language>en-GB</language>{entries}
  </channel>
</rss>
"""


def _atom(some: list[Report], content: Callable[[Report], str]) -> str:
    entries = "".join(
        f"""
  <entry>
    <id>tag:harbour-gazette.example,2026:{each.number}</id>
    <title type="html">{escape(escape(each.title))}</title>
    <link rel="alternate" type="text/html" href="{BASE}{each.number}"/>
    <published>{_iso(each)}</published><updated>{_iso(each)}</updated>
    <author><name>Desk {each.number % 7}</name></author>
    <category term="news"/>
    <summary type="html">{escape(f"<p>{each.text[:200]}</p>")}</summary>
    {content(each)}
  </entry>"""
        for each in some
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">
  <title>Harbour Gazette</title><id>{BASE}</id><updated>2026-11-23T08:00:00Z</updated>
  <link rel="self" href="{BASE}atom.xml"/><link href="{BASE}"/>{entries}
</feed>
"""


def _escaped(some: list[Report]) -> str:
    """Atom with whole texts, escaped."""
    return _atom(some, lambda each: f'<content type="html">{escape(_paragraphs(each))}</content>')


def _xhtml(some: list[Report]) -> str:
    """Atom with whole texts as XHTML."""
    space = "http://www.w3.org/1999/xhtml"
    return _atom(some, lambda each: f'<content type="xhtml"><div xmlns="{space}">{_paragraphs(each)}</div></content>')


def _rdf(some: list[Report]) -> str:
    """RSS 1.0."""
    entries = "".join(
        f"""
  <item rdf:about="{BASE}{each.number}">
    <title>{escape(each.title)}</title><link>{BASE}{each.number}</link>
    <description>{escape(each.text[:400])}</description>
    <dc:creator>Desk {each.number % 7}</dc:creator><dc:date>{_iso(each)}</dc:date>
  </item>"""
        for each in some
    )
    listed = "".join(f'<rdf:li resource="{BASE}{each.number}"/>' for each in some)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
  xmlns:dc="http://purl.org/dc/elements/1.1/">
  <channel rdf:about="{BASE}"><title>Harbour Gazette</title><link>{BASE}</link><description>News</description>
  <items><rdf:Seq>{listed}</rdf:Seq></items></channel>{entries}
</rdf:RDF>
"""


SHAPES: dict[str, Callable[[list[Report]], str]] = {
    "RSS 2.0, whole texts": _blog,
    "RSS 2.0, headlines": _headlines,
    "Atom, escaped HTML": _escaped,
    "Atom, XHTML": _xhtml,
    "RSS 1.0": _rdf,
}
