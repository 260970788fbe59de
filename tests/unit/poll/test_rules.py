"""Pages without a feed, read by CSS rules; and rules and pages that are meant to harm."""

import pytest

from consumers.poll.rules import PageReader
from consumers.poll.survey import Unreadable
from service.errors import Invalid
from service.model import PageRules
from tests.builders import NOW

URL = "https://harbour-gazette.test/news/"
PAGE = """<!DOCTYPE html><html lang="en"><head><title>Harbour
  Gazette</title><base href="/archive/"></head><body>
<nav><a href="/about">About</a></nav>
<!-- <article class="teaser"><h2><a href="/hidden">Hidden</a></h2></article> -->
<article class="teaser big"><h2><a href="ferry?id=1&amp;x=2">Ferry <b>late</b> again</a></h2>
  <p class="lead">Wind &lt;8&gt; &amp; tide.</p><time datetime="2026-03-14T09:30:00Z">today</time></article>
<article class="teaser"><h2><a href="https://other.test/pier">Pier closed</a></h2><time>14 March 2026</time></article>
<article class="teaser"><h2>No link</h2></article>
<article class="teaser"><h2><a href="javascript:alert(1)">Script</a></h2></article>
</body></html>"""
RULES = PageRules(entry="article.teaser", link="h2 > a", summary="p.lead", date="time")


async def read(page: str | bytes, rules: PageRules = RULES, content_type: str = "text/html") -> list[tuple[str, str]]:
    async with PageReader() as reader:
        body = page.encode() if isinstance(page, str) else page
        return [(e.link, e.title) for e in (await reader.read(rules, body, content_type, URL)).entries]


async def test_entries_are_found_by_their_selectors() -> None:
    async with PageReader() as reader:
        found = await reader.read(RULES, PAGE.encode(), "text/html", URL)
    assert (found.title, found.language, len(found.entries)) == ("Harbour Gazette", "en", 2)
    ferry, pier = found.entries
    assert ferry.link == "https://harbour-gazette.test/archive/ferry?id=1&x=2"
    assert (ferry.title, ferry.summary) == ("Ferry late again", "Wind &lt;8> &amp; tide.")
    assert ferry.published_at == NOW.replace(month=3, day=14, hour=9, minute=30, second=0, microsecond=0, year=2026)
    assert (pier.link, pier.title, pier.summary) == ("https://other.test/pier", "Pier closed", "")
    assert pier.published_at is not None


async def test_a_rule_may_name_an_attribute_also_of_the_entry_itself() -> None:
    page = '<ul><li data-url="/a" data-name="A">x</li><li data-url="/b" data-name="B">y</li></ul>'
    rules = PageRules(entry="li[data-url]", link="@data-url", title="@data-name")
    root = "https://harbour-gazette.test"
    assert await read(page, rules) == [(f"{root}/a", "A"), (f"{root}/b", "B")]


async def test_a_page_in_another_encoding_is_read() -> None:
    page = '<article class="teaser"><h2><a href="/a">Паром опоздал</a></h2></article>'.encode("windows-1251")
    assert await read(page, content_type="text/html; charset=windows-1251") == [
        ("https://harbour-gazette.test/a", "Паром опоздал")
    ]


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("<html><body><p>Nothing here</p></body></html>", "no entries .* may have changed"),
        ('<article class="teaser"><h2>No link</h2></article>', "none has a link"),
        ("no markup", "no HTML"),
        ("", "empty"),
    ],
)
async def test_a_page_in_which_the_rules_find_nothing_says_so(page: str, why: str) -> None:
    with pytest.raises(Unreadable, match=why):
        await read(page)


async def test_a_page_that_is_meant_to_harm_costs_only_its_own_process() -> None:
    slow = PageRules(entry="a ~ b, b ~ a ~ b ~ a ~ b ~ a ~ b ~ a", link="a")
    page = "<div>" + "<a href='/x'></a><b></b>" * 20_000 + "</div>"
    async with PageReader(wall_seconds=1.0) as reader:
        with pytest.raises(Unreadable, match="time and memory"):
            await reader.read(slow, page.encode(), "text/html", URL)
        assert len((await reader.read(RULES, PAGE.encode(), "text/html", URL)).entries) == 2, "it goes on all the same"


async def test_a_page_nested_without_end_is_read_as_far_as_is_safe() -> None:
    page = '<article class="teaser"><h2><a href="/a">A</a></h2></article>' + "<div>" * 200_000
    assert await read(page) == [("https://harbour-gazette.test/a", "A")]


async def test_entities_and_files_of_the_reader_stay_where_they_are() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + PAGE.replace("Pier closed", "&x;")
    assert ("https://other.test/pier", "&x;") in await read(page)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"entry": ""}, "/rules/entry"),
        ({"entry": "article @href"}, "/rules/entry"),
        ({"entry": "article", "link": ""}, "/rules/link"),
        ({"entry": "article:::x"}, "/rules/entry"),
        ({"entry": "article", "date": "time["}, "/rules/date"),
        ({"entry": "article", "title": "a " * 400}, "/rules/title"),
        ({"entry": "article", "title": "a " * 30}, "/rules/title"),
        ({"entry": "article", "summary": ":not(" * 50 + "a" + ")" * 50}, "/rules/summary"),
        ({"entry": "article", "summary": "p::before"}, "/rules/summary"),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_their_field(given: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        PageRules(**given)
    assert refused.value.field == field
