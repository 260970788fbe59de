"""What one pass over the XML finds, in the many ways feeds have of saying it."""

import gc
from contextlib import suppress

import pytest

from consumers.poll.parse import parse
from consumers.poll.survey import Unreadable
from consumers.poll.walk import Walked, walk

URL = "https://feeds.test/some/feed.xml"


def rss(inside: str, attributes: str = "") -> bytes:
    return f"<rss {attributes}><channel><title>T</title>{inside}</channel></rss>".encode()


def atom(inside: str) -> bytes:
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title>{inside}</feed>'.encode()


def row_of(body: bytes) -> dict[str, str]:
    (row,) = walk(body).rows
    return row


def test_a_field_counts_where_it_stands_for_the_entry() -> None:
    found = walk(
        atom("<entry><source><title>Other</title></source><title>Ours</title><title>Late</title></entry>")
        + b"<!-- nothing more -->"
    )
    assert (found.feed, found.rows) == ({"title": "T"}, [{"title": "Ours"}])
    assert found == Walked(root="feed", feed=found.feed, rows=found.rows, held=True)


def test_titles_of_pictures_and_of_films_are_not_those_of_entries() -> None:
    found = walk(
        rss("<image><title>Logo</title></image><item><media:title>Film</media:title><title>Text</title></item>")
    )
    assert (found.feed["title"], found.rows) == ("T", [{"title": "Text"}])


@pytest.mark.parametrize(
    "inside",
    [
        "<item><dc:creator>Ada Quill</dc:creator></item>",
        "<item><author>Ada Quill</author></item>",
        "<item><itunes:author>Ada Quill</itunes:author></item>",
        "<item><author><name>Ada Quill</name><uri>https://quill.test</uri></author></item>",
        "<item><atom:author><atom:email>a@quill.test</atom:email><atom:name>Ada Quill</atom:name></atom:author></item>",
        "<a:entry><a:author><a:name>Ada Quill</a:name></a:author></a:entry>",
    ],
)
def test_authors_are_found_however_they_are_written(inside: str) -> None:
    assert [entry.author for entry in parse(rss(inside), "", URL).entries] == ["Ada Quill"]


def test_an_author_without_a_name_has_none() -> None:
    assert "author" not in row_of(atom("<entry><author><uri>https://quill.test</uri></author></entry>"))


def test_a_prefix_may_be_any_that_the_root_declares() -> None:
    body = rss("<item><q:creator>Ada</q:creator></item>", 'xmlns:q="http://purl.org/dc/elements/1.1/"')
    assert row_of(body) == {"creator": "Ada"}
    assert row_of(rss("<item><q:creator>Ada</q:creator></item>")) == {}


@pytest.mark.parametrize(
    ("content", "html"),
    [
        ("<div>A <b>bold</b> word</div>", "<div>A <b>bold</b> word</div>"),
        ("<x:div>A <x:b>bold</x:b> word</x:div>", "<div>A <b>bold</b> word</div>"),
        ("<div><![CDATA[1 < 2 & 3]]> &lt; 4</div>", "<div>1 &lt; 2 &amp; 3 &lt; 4</div>"),
        ("1 &lt; 2 <i>indeed</i>", "1 &lt; 2 <i>indeed</i>"),
        ("<br/>", "<br/>"),
    ],
)
def test_markup_that_is_not_escaped_is_kept_as_html(content: str, html: str) -> None:
    assert row_of(atom(f"<entry><content>{content}</content></entry>")) == {"content": html}


def test_markup_of_many_characters_is_cut_at_the_right_octets() -> None:
    entries = "".join(f"<entry><title>Ä{n}</title><content><p>“{n}”</p></content></entry>" for n in range(3_000))
    assert [row["content"] for row in walk(atom(entries)).rows] == [f"<p>“{n}”</p>" for n in range(3_000)]


@pytest.mark.parametrize(
    ("links", "link"),
    [
        ('<link rel="self" href="/s"/><link href="/a"/>', "/a"),
        ('<link rel="enclosure" href="/e"/><link rel="alternate" href="/a"/><link href="/b"/>', "/a"),
        ('<link rel="related" href="/r"/>', "/r"),
        ('<link rel="alternate"/><link>/t</link>', "/t"),
        ("", ""),
    ],
)
def test_of_several_links_the_one_to_the_article_counts(links: str, link: str) -> None:
    (entry,) = parse(atom(f"<entry><title>A</title>{links}</entry>"), "", URL).entries
    assert entry.link == (f"https://feeds.test{link}" if link else "")


def test_entries_before_a_fault_are_found_and_the_fault_is_named() -> None:
    found = walk(rss("<item><title>One</title></item><item><title>Two</item>"))
    assert [row.get("title") for row in found.rows] == ["One", None]
    assert "mismatched tag" in found.fault


@pytest.mark.parametrize(
    ("inside", "doubt"),
    [
        ("<item><title>A <b>b</b></title></item>", "titles are markup"),
        ('<item><title mode="base64">QQ==</title></item>', "titles are markup"),
        ("<item><title>A</title><item><title>B</title></item></item>", "entries inside entries"),
        ('<item xml:base="/b/"><link>c</link></item>', "xml:base"),
        ("", ""),
    ],
)
def test_what_may_be_read_wrongly_is_doubted(inside: str, doubt: str) -> None:
    found = parse(rss(inside), "", URL).doubt
    assert doubt in found
    assert bool(found) == bool(doubt)


def test_a_document_once_read_is_let_go() -> None:
    def walked() -> int:
        walk(rss("<item><content>A <b>b</b></content></item>"))
        with suppress(Unreadable):
            walk(rss("<item><content>" + "<b>" * 300))
        return gc.collect()

    walked()
    assert walked() == 0


def test_limits_hold_inside_markup_too() -> None:
    start = "<item><description>"
    with pytest.raises(Unreadable, match="256 deep"):
        walk(rss(start + "<b>" * 300))
    with pytest.raises(Unreadable, match="256 attributes"):
        walk(rss(start + "<b " + " ".join(f'a{n}=""' for n in range(257)) + "/>"))
    with pytest.raises(Unreadable, match="250000 elements"):
        walk(rss(start + "<b/>" * 250_000 + "</description></item>"))
