"""What pages say of themselves: taken from where it is said best, checked, and never invented."""

from datetime import UTC, datetime

import pytest

from consumers.pages.extract import extract, text_hash
from consumers.pages.tree import decoded
from service.messages import Page
from tests.effort import effort

URL = "https://www.gazette.test/news/2026/ferries?ref=a"
PARAGRAPHS = "".join(
    f"<p>Neighbours painted pier number {n} of the old harbour, and forty people came to help them.</p>"
    for n in range(9)
)


def page(head: str = "", body: str = f"<article>{PARAGRAPHS}</article>", attributes: str = "", url: str = URL) -> Page:
    return extract(
        f"<!doctype html><html {attributes}><head>{head}</head><body>{body}</body></html>".encode(), url
    ).page


def linked(content: str) -> str:
    return f'<script type="application/ld+json">{content}</script>'


NODE = """{"@context": "https://schema.org", "@graph": [{"@type": "WebPage", "name": "No"},
{"@type": ["Thing", "NewsArticle"],
"headline": "Pier &amp; boats", "datePublished": "2026-03-14T09:30:00+02:00", "inLanguage": "en-GB",
"image": {"@type": "ImageObject", "url": "/pier.jpg"},
"author": [{"name": "Ana Lind"}, {"name": " By  Marta Velin "}]}]}"""


def test_json_ld_is_read() -> None:
    found = page(linked(NODE))
    assert (found.title, found.author, found.language) == ("Pier & boats", "Ana Lind, Marta Velin", "en")
    assert found.image == "https://www.gazette.test/pier.jpg"
    assert (found.published_at, found.published_precision) == (datetime(2026, 3, 14, 7, 30, tzinfo=UTC), "second")


@pytest.mark.parametrize(
    "content",
    [
        NODE + ";",
        f"<![CDATA[{NODE}]]>",
        f"[{NODE}]",
        '{"@type": "WebPage", "mainEntity": ' + NODE + "}",
        NODE.replace("Pier", "P\tier"),
    ],
)
def test_json_ld_is_read_with_its_usual_faults(content: str) -> None:
    assert page(linked(content)).author == "Ana Lind, Marta Velin"


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, '"a"', "null", '{"@type": "NewsArticle", "author": {"name": {"name": [1]}}}']
)
def test_json_ld_that_is_none_says_nothing(content: str) -> None:
    found = page(linked(content))
    assert (found.author, found.published_at) == ("", None)


def test_meta_elements_are_read() -> None:
    found = page(
        '<title>Pier painted - Gazette</title><meta property="og:title" content="Pier painted">'
        '<meta name="Author" content="Von Ana Lind"><meta property="article:published_time" content="2026-03-14">'
        '<meta property="og:image" content="//img.test/a.jpg"><meta property="og:locale" content="de_AT">'
    )
    assert (found.title, found.author, found.language) == ("Pier painted", "Ana Lind", "de")
    assert found.image == "https://img.test/a.jpg"
    assert (found.published_at, found.published_precision) == (datetime(2026, 3, 14, tzinfo=UTC), "day")


def test_what_can_be_seen_is_read_last() -> None:
    body = (
        "<h1>Pier <em>painted</em></h1><a rel=author href=/ana>Ana Lind</a>"
        '<article><time datetime="2026-03-14T09:30Z">today</time>'
        f'<time class="updated" datetime="2026-03-15T09:30Z"></time>{PARAGRAPHS}</article>'
    )
    found = page("<title>Something | Gazette</title>", body, "lang=be-tarask")
    assert (found.title, found.author, found.language) == ("Pier painted", "Ana Lind", "be")
    assert (found.published_at, found.published_precision) == (datetime(2026, 3, 14, 9, 30, tzinfo=UTC), "minute")


def test_a_page_that_says_nothing_has_nothing_said_for_it() -> None:
    found = page()
    assert (found.title, found.author, found.published_at, found.published_precision) == ("", "", None, "")
    assert (found.language, found.image, found.canonical, found.permissions) == ("", "", "", {})


def test_a_time_of_change_is_no_time_of_publication() -> None:
    assert (
        page(
            body=f'<article><time class=modified datetime="2026-03-15T09:30Z"></time>{PARAGRAPHS}</article>'
        ).published_at
        is None
    )


def test_the_day_in_the_address_serves_where_nothing_else_is_said() -> None:
    found = page(url="https://gazette.test/2026/03/14/ferries")
    assert (found.published_at, found.published_precision) == (datetime(2026, 3, 14, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("head", "canonical"),
    [
        ('<link rel="canonical" href="/news/2026/ferries">', "https://www.gazette.test/news/2026/ferries"),
        ('<link rel="CANONICAL nofollow" href="http://m.gazette.test/f?utm_source=x">', "https://m.gazette.test/f"),
        ('<meta property="og:url" content="https://gazette.test/f">', "https://gazette.test/f"),
        ('<link rel="canonical" href="https://evil.example/f">', ""),
        ('<link rel="canonical" href="https://gazette.test.evil.example/f">', ""),
        (
            '<link rel="canonical" href="https://evil.example/f"><meta property="og:url" content="/f">',
            "https://www.gazette.test/f",
        ),
        ('<link rel="canonical" href="https://www.gazette.test/">', ""),
        ('<link rel="canonical" href="javascript:alert(1)">', ""),
        ('<link rel="canonical" href="https://user:pw@gazette.test/f">', ""),
        ('<link rel="canonical">', ""),
    ],
)
def test_a_canonical_address_is_believed_within_its_source(head: str, canonical: str) -> None:
    assert page(head).canonical == canonical


def test_permissions_are_kept_in_their_words() -> None:
    found = page(
        '<meta name="robots" content="index,  noarchive"><meta name=Courant content=noai>'
        '<meta name="tdm-reservation" content="1">'
    )
    assert found.permissions == {"meta": "index, noarchive, noai", "tdm": "1"}


@pytest.mark.parametrize("author", ["https://gazette.test/ana", "ana@gazette.test", "", "By"])
def test_an_address_is_no_author(author: str) -> None:
    assert page(f'<meta name="author" content="{author}">').author == ""


def test_images_lead_nowhere_else_than_to_pictures_on_the_web() -> None:
    for wrong in (
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "file:///etc/passwd",
        "https://u:p@g.test/a.jpg",
    ):
        assert page(f'<meta property="og:image" content="{wrong}">').image == ""


def test_a_text_given_to_machines_serves_unless_readers_must_pay_for_it() -> None:
    body = " ".join(f"Neighbours painted pier number {n}." for n in range(20))
    node = f'{{"@type": "NewsArticle", "articleBody": "{body}"}}'
    found = extract(f"<html><head>{linked(node)}</head><body><div id=app></div></body></html>".encode(), URL)
    assert found.text == body
    paid = node.replace("}", ', "isAccessibleForFree": "False"}')
    assert extract(f"<html><head>{linked(paid)}</head><body><div id=app></div></body></html>".encode(), URL).text == ""


def test_the_hash_names_the_text_and_not_its_blanks() -> None:
    assert text_hash("a  b\n\nc") == text_hash(" a b c ") != text_hash("a b d")
    assert text_hash(" \n") == ""
    assert page().text_hash == page("<title>New</title>").text_hash != ""


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("Дрэвы".encode(), ""),
        ("Дрэвы".encode("cp1251"), "text/html; charset=windows-1251"),
        ('<meta charset="windows-1251">Дрэвы'.encode("cp1251"), ""),
        ('<meta charset="windows-1251">Дрэвы'.encode(), "text/html; charset=iso-8859-1"),
        ("Дрэвы".encode("utf-16"), ""),
        ("\ufeffДрэвы".encode(), "text/html; charset=koi8-r"),
        ("Дрэвы".encode("koi8-u"), 'text/html; charset="KOI8-U"'),
    ],
)
def test_characters_are_read_as_they_are_meant(body: bytes, content_type: str) -> None:
    assert "Дрэвы" in decoded(body, content_type).replace("¤", "")


@pytest.mark.parametrize(
    ("text", "label"), [("小渕沢", "gb2312"), ("港口镕", "gb2312"), ("①港", "shift_jis"), ("“pier”", "iso-8859-1")]
)
def test_labels_mean_the_larger_encoding(text: str, label: str) -> None:
    larger = {"gb2312": "gb18030", "shift_jis": "cp932", "iso-8859-1": "cp1252"}[label]
    assert decoded(text.encode(larger), f"text/html; charset={label}") == text


@pytest.mark.parametrize("label", ["utf-7", "rot13", "hex", "unicode_escape", "idna", "x" * 300])
def test_labels_that_are_no_character_sets_are_passed_over(label: str) -> None:
    assert decoded(b"pier \xe4", f"text/html; charset={label}").startswith("pier ")


HOSTILE = {
    "nothing": b"",
    "no markup": b"Just text",
    "zeros": b"\x00" * 1000,
    "noise": bytes(range(256)) * 40,
    "deep": b"<div>" * 50_000 + b"text",
    "never closed": b"<p" * 50_000,
    "attributes": b"<p " + b"a=1 " * 50_000 + b">x",
    "entities": b"<!DOCTYPE h [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><html><p>&b;</p></html>",
    "outside entity": b"<?xml version='1.0'?><!DOCTYPE h [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><html><p>&a;</p></html>",
    "self-closed": b"<html lang='en'/><body><p>Text</p></body>",
    "meta": b"<meta name=author content=a>" * 20_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages_give_what_they_have_and_cost_little(name: str) -> None:
    found = extract(HOSTILE[name], URL)
    assert "root:" not in found.text
    assert len(found.text) <= 200_000
    assert effort(lambda: extract(HOSTILE[name], URL), tries=1) < 20  # most take less than a second
