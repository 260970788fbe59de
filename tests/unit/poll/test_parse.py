from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest

from consumers.poll.charset import decode
from consumers.poll.document import Document
from consumers.poll.parse import Unreadable, parse
from consumers.poll.patient import Reader
from tests.effort import demand_linear

FOLDER = Path(__file__).parents[2] / "data" / "feeds"
URL = "https://feeds.test/some/feed.xml"


@pytest.fixture
async def reader() -> AsyncIterator[Reader]:
    async with Reader() as reader:
        yield reader


def octets(name: str) -> bytes:
    return (FOLDER / name).read_bytes()


def rss(inside: str) -> bytes:
    return f'<rss version="2.0"><channel><title>T</title>{inside}</channel></rss>'.encode()


def at(*parts: int) -> datetime:
    return datetime(*parts[:3], *parts[3:], tzinfo=UTC)  # type: ignore[misc]  # mypy cannot count a star


def test_rss_gives_every_field() -> None:
    document = parse(octets("rss_2.0.xml"), "application/rss+xml", URL)
    assert (document.title, document.language, document.ttl) == ("Harbour Gazette", "en-GB", 1800)
    first, second, third = document.entries
    assert first.title == "Ferries & trains resume after storm"
    assert first.link == "https://harbour-gazette.test/2026/ferries?page=1&part=2"
    assert (first.id, first.author) == ("hg-4711", "Ada Quill")
    assert first.summary == "<p>All vessels sail again.</p>"
    assert first.content == "<p>All vessels sail again.</p><p>Three extra crossings are planned.</p>"
    assert first.published_at == at(2026, 3, 14, 7, 30)
    assert second.link == second.id == "https://harbour-gazette.test/2026/lighthouse"
    assert (second.author, second.published_at) == ("Ben Wharf", at(2026, 3, 13, 15, 0))
    assert (second.summary, second.content) == ("White, with one red band.", "")
    assert (third.title, third.link) == ("", "https://feeds.test/2026/tides")
    assert third.published_at is None


def test_rdf_gives_its_fields() -> None:
    document = parse(octets("rdf_1.0.xml"), "", URL)
    assert (document.title, document.language) == ("みなと新聞", "ja")
    (entry,) = document.entries
    assert (entry.title, entry.link) == ("フェリー運航再開", "https://minato.test/1")
    assert (entry.author, entry.published_at) == ("記者", at(2026, 3, 14))


async def test_atom_gives_its_fields_and_titles_that_are_markup(reader: Reader) -> None:
    document = await reader.read(octets("atom_1.0.xml"), "application/atom+xml", URL)
    first, second = document.entries
    assert (first.title, first.link) == ("Fähren fahren wieder", "https://deichbote.test/faehren")
    assert first.published_at == at(2026, 3, 14, 6, 15)
    assert first.updated_at == at(2026, 3, 14, 6, 45, 30, 250_000)
    assert (first.author, first.summary) == ("Gesa Priel", "Nach zwei Tagen Sturm.")
    assert (second.title, second.published_at) == ("Der neue Turm", None)
    assert "hoch" in second.content


async def test_atom_0_3_titles_may_be_coded(reader: Reader) -> None:
    document = await reader.read(octets("atom_0.3.xml"), "", URL)
    (entry,) = document.entries
    assert (entry.title, entry.published_at) == ("Ferry news", at(2004, 2, 1, 9))


async def test_links_are_resolved_against_xml_base(reader: Reader) -> None:
    document = await reader.read(octets("atom_xml_base.xml"), "", URL)
    assert [entry.link for entry in document.entries] == ["https://isle-post.test/news/march/bridge.html"]


def test_the_link_of_an_atom_entry_is_the_article_not_the_entry_itself() -> None:
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom"><title>T</title><entry><title>A</title>
        <link rel="self" href="/entry.xml"/><link href="/article"/><updated>2026-03-14T08:00:00Z</updated>
        </entry></feed>"""
    assert parse(body, "", URL).entries[0].link == "https://feeds.test/article"


def test_json_feed_gives_its_fields_and_passes_over_what_is_no_entry() -> None:
    document = parse(octets("json_feed_1.1.json"), "application/feed+json", URL)
    assert (document.title, document.language) == ("Sailcloth", "nl")
    first, second, third = document.entries
    assert first.title == "Veerboten varen & treinen rijden"
    assert (first.link, first.author) == ("https://sailcloth.test/1", "Jet, Piet")
    assert (first.published_at, first.updated_at) == (at(2026, 3, 14, 7), at(2026, 3, 14, 8, 10))
    assert (second.id, second.link, second.author) == ("2", "https://feeds.test/2", "The desk")
    assert second.content == "Regel een<br>Regel &lt;twee>"
    assert (third.title, third.link, third.published_at) == ("", "", None)


def test_an_old_document_type_is_no_obstacle_and_names_of_characters_are_read() -> None:
    document = parse(octets("rss_0.91.xml"), "", URL)
    assert document.title == "Café Courier"
    assert [entry.title for entry in document.entries] == ["L’été sera chaud", "Le pont rouvre"]
    assert document.entries[0].summary == "Prévisions & conseils"


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("windows_1251.xml", ""),
        ("windows_1251.xml", "text/xml; charset=utf-8"),
        ("windows_1251_said_utf_8.xml", "application/xml"),
        ("utf_8_said_windows_1251.xml", "application/xml"),
        ("utf_8_bom.xml", "text/xml; charset=windows-1251"),
        ("koi8_r.xml", ""),
        ("koi8_r_undeclared.xml", "text/xml; charset='KOI8-R'"),
        ("koi8_r_undeclared.xml", "text/xml"),
        ("utf_16_bom.xml", ""),
        ("utf_16_no_bom.xml", "text/xml; charset=utf-16"),
    ],
)
def test_cyrillic_is_read_whatever_the_label_says(name: str, content_type: str) -> None:
    document = parse(octets(name), content_type, URL)
    assert document.title == "Речной вестник"
    assert [entry.title for entry in document.entries] == ["Паромы снова ходят", "Маяк покрасили"]
    assert document.entries[1].summary == "Белый, с красной полосой."


@pytest.mark.parametrize(
    ("name", "title"),
    [("latin_1_with_windows_quotes.xml", "“Maré alta”"), ("shift_jis.xml", "フェリー①再開")],
)
def test_a_label_means_the_larger_set_that_its_writers_use(name: str, title: str) -> None:
    assert parse(octets(name), "", URL).entries[0].title == title


def test_one_bad_byte_costs_one_character() -> None:
    document = parse(octets("one_bad_byte.xml"), "", URL)
    assert [entry.title for entry in document.entries][6:9] == ["Новость 6", "Новость 7\ufffd", "Новость 8"]


@pytest.mark.parametrize("label", ["utf-7", "unicode_escape", "idna", "hex", "no-such-thing", "utf-16"])
def test_labels_that_are_no_character_sets_are_not_believed(label: str) -> None:
    document = parse(rss("<item><title>Größe</title></item>"), f"text/xml; charset={label}", URL)
    assert document.entries[0].title == "Größe"


@pytest.mark.parametrize("label", ["base64", "rot13", "unicode_escape", "raw_unicode_escape"])
def test_a_label_that_is_no_character_set_stands_in_nobodys_way(label: str) -> None:
    body = "<rss><channel><item><title>Größe \\u003cb</title></item></channel></rss>".encode("cp1252")
    assert decode(body, f"text/xml; charset={label}") == body.decode("cp1252")


@pytest.mark.parametrize(
    ("name", "titles"),
    [
        ("broken_bare_ampersands.xml", ["Smith & Sons, R&D"]),
        ("broken_html_names.xml", ["Café — open"]),
        ("broken_unclosed_html.xml", ["One", "Two"]),
        ("broken_php_warning.xml", ["One", "Two"]),
        ("broken_blank_lines_first.xml", ["One", "Two"]),
        ("broken_truncated.xml", ["One", "Two"]),
        ("broken_control_characters.xml", ["Fog and rain"]),
        ("broken_upper_case.xml", ["One"]),
        ("broken_unknown_prefix.xml", ["One"]),
        ("broken_two_roots.xml", ["One", "Two"]),
        ("broken_entries_outside_channel.xml", ["One", "Two"]),
        ("broken_text_only_entries.xml", ["", ""]),
        ("no_entries.xml", []),
    ],
)
async def test_no_entry_of_a_broken_document_is_lost(name: str, titles: list[str], reader: Reader) -> None:
    document = await reader.read(octets(name), "text/xml", URL)
    assert document.title == "Broken Oar"
    assert [entry.title for entry in document.entries] == titles


async def test_what_is_mended_keeps_links_and_html_as_they_were_meant(reader: Reader) -> None:
    (entry,) = (await reader.read(octets("broken_bare_ampersands.xml"), "", URL)).entries
    assert entry.link == "https://broken-oar.test/?a=1&b=2&copy=3"
    assert entry.summary == "Fish & <b>chips</b>"


async def test_half_a_date_is_no_date(reader: Reader) -> None:
    document = await reader.read(octets("broken_partial_dates.xml"), "", URL)
    assert [entry.published_at for entry in document.entries] == [None, None]


DEEP = rss("<item>" + "<d>" * 300 + "</d>" * 300 + "</item>")
WIDE = rss("<item " + " ".join(f'a{n}="1"' for n in range(257)) + "/>")
NUMEROUS = rss("<item>" + "<d/>" * 250_000 + "</item>")
MANY = rss("<item><title>x</title></item>" * 5001)
DEEP_JSON = b'{"items": ' + b"[" * 400 + b"]" * 400 + b"}"
MANY_JSON = b'{"items": [' + b",".join([b"{}"] * 5001) + b"]}"


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "empty"),
        (b" \r\n\xef\xbb\xbf", "empty"),
        (octets("page.html"), "HTML page"),
        (b"<?xml version='1.0'?><!-- hi --><html><body/></html>", "HTML page"),
        (b"just words", "not XML"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe\xfd", "not XML"),
        (b"<svg/>", "root element is <svg>"),
        (octets("subscriptions.opml"), "root element is <opml>"),
        (octets("entity_bomb.xml"), "declares entities"),
        (octets("external_entity.xml"), "declares entities"),
        (octets("entity_bomb.xml").decode().encode("utf-16"), "declares entities"),
        (rss("<item><title>a\x00b</title></item>"), "NUL"),
        (DEEP, "256 deep"),
        (WIDE, "256 attributes"),
        (NUMEROUS, "250000 elements"),
        (MANY, "5001 entries"),
        (DEEP_JSON, "256 deep"),
        (MANY_JSON, "5001 entries"),
        (b'{"items": "none"}', "no JSON Feed"),
        (b'{"items": [', "not well-formed JSON"),
        (b"[1, 2]", "no JSON Feed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_feed_says_why(body: bytes, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        parse(body, "", URL)


def test_brackets_inside_json_texts_are_not_depth() -> None:
    assert parse(b'{"items": [{"title": "' + b"[" * 400 + b'"}]}', "", URL).entries


def test_as_many_as_allowed_are_read() -> None:
    assert len(parse(rss("<item><title>x</title></item>" * 5000), "", URL).entries) == 5000


def test_text_is_never_taken_for_an_address_to_fetch() -> None:
    with pytest.raises(Unreadable, match="not XML"):
        parse(b"http://127.0.0.1:1/feed.xml", "text/plain", URL)


@pytest.mark.parametrize(
    "make",
    [
        lambda n: b"<rss><channel>" + b"<!--" * n,
        lambda n: b"<rss><channel>" + b"<![CDATA[" * n,
        lambda n: b"<rss><channel>" + b"<a b='" * n,
        lambda n: b"<rss>" + b"&" * n,
        lambda n: b"<rss>" + b"]]" * n,
        lambda n: b"<rss><language>" * n,
        lambda n: b"<rss><pubDate " * n,
        lambda n: b"<rss><pubDate>" + b"x" * n,
        lambda n: b"<?xml" * n,
        lambda n: b'{"' + b"\\" * n,
        lambda n: b" <!-- -->" * n,
        lambda n: b"<rss><channel><item><author>" + b"a@" * n + b"</author></item></channel></rss>",
        lambda n: b"<rss><channel><item><author>" + b"@" * n + b" (x</author></item></channel></rss>",
    ],
)
def test_hostile_repetition_takes_no_more_than_linear_time(make: Callable[[int], bytes]) -> None:
    def work(n: int) -> None:
        with suppress(Unreadable):
            parse(make(n), "", URL)

    demand_linear(work, 40_000)


async def test_a_document_that_takes_too_long_is_given_up() -> None:
    async with Reader(wall_seconds=0.0) as reader:
        with pytest.raises(Unreadable, match="no entry could be read: nothing that holds"):
            await names(reader, "broken_upper_case.xml")


@pytest.mark.slow
async def test_a_patient_process_that_was_killed_is_replaced_and_its_late_answer_is_nobodys() -> None:
    slow = b"<RSS><CHANNEL><ITEM><TITLE>slow</TITLE></ITEM>" + b"<" * 1_000_000
    async with Reader(wall_seconds=0.3) as reader:
        with pytest.raises(Unreadable):
            await reader.read(slow, "", URL)
        reader.patient.apart.wall_seconds = 10.0
        assert await names(reader, "broken_upper_case.xml") == ["One"]
        assert await names(reader, "broken_unclosed_html.xml") == ["One", "Two"]


@pytest.mark.slow
async def test_the_patient_process_may_not_swell() -> None:
    bomb = b"<RSS><CHANNEL>" + b"<ITEM><TITLE>" * 4900 + b"<p>" * 3_000_000
    async with Reader() as reader:
        with pytest.raises(Unreadable, match=r"256 deep|no entry could be read"):
            await reader.read(bomb, "", URL)


async def test_what_the_fast_parser_found_is_kept_when_the_patient_one_is_killed() -> None:
    async with Reader(wall_seconds=0.0) as reader:
        assert await names(reader, "broken_two_roots.xml") == ["One", "Two"]


async def names(reader: Reader, name: str) -> list[str]:
    document: Document = await reader.read(octets(name), "", URL)
    return [entry.title for entry in document.entries]
