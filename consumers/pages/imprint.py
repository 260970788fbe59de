"""The imprint: what a page says about itself. Its tree and address in; a `Page` without its text out.

Asked in turn: the source's own rule, JSON-LD, meta elements, the page's visible marks. What none of them says
stays empty.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from lxml.html import HtmlElement

from consumers.pages.linked import Node, article_node, line, lines
from consumers.pages.published import Moment, best, in_address, moment
from consumers.pages.robots import PRODUCT
from consumers.pages.rules import NO_RULE, Rule, selected
from service.errors import Invalid
from service.messages import Page
from service.text import plain
from service.urls import canonical, resolve, source_of

MOST_LINE = 1_000
MOST_AUTHOR = 300
MOST_AUTHORS = 10

_PUBLISHED_WORDS = """
article:published_time og:published_time article:published datepublished pubdate publishdate publish-date
publish_date parsely-pub-date sailthru.date dc.date.issued dcterms.issued dcterms.created dc.date.created dc.date
dcterms.date citation_publication_date article.published date
"""
_AUTHOR_WORDS = "author article:author byl parsely-author sailthru.author dc.creator dcterms.creator citation_author"
_PUBLISHED, _AUTHOR = _PUBLISHED_WORDS.split(), _AUTHOR_WORDS.split()
_IMAGE = ("og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src")
_TITLE = ("og:title", "twitter:title")
_CHANGED = re.compile("updat|modif|edit", re.IGNORECASE)
_CODE = re.compile(r"([a-z]{2})(?![a-z])")
_BY = re.compile(r"^(?:by|von|par|por|di|da|av|af|door|автор|аўтар|текст|от|od|autor)(?:[:\s]\s*|\Z)", re.IGNORECASE)
_ADDRESS = re.compile(r"https?://|www\.|@", re.IGNORECASE)
_SITE_NAME = re.compile(r"\s+[|–—·»]\s+[^|–—·»]{1,60}\Z")


@dataclass(frozen=True)
class _Reading:
    """One page being read."""

    tree: HtmlElement
    url: str
    rule: Rule

    @cached_property
    def node(self) -> Node:
        return article_node(self.tree)

    @cached_property
    def metas(self) -> dict[str, list[str]]:
        """Contents of meta elements by their name, property or itemprop."""
        found: dict[str, list[str]] = {}
        for meta in self.tree.iter("meta"):
            name = meta.get("property") or meta.get("name") or meta.get("itemprop") or meta.get("http-equiv") or ""
            if content := (meta.get("content") or "").strip():
                found.setdefault(name.strip().lower(), []).append(content)
        return found

    def said(self, names: Iterable[str]) -> Iterator[str]:
        return (content for name in names for content in self.metas.get(name, ()))

    def chosen(self, selector: str) -> str:
        """Text of the first element that a selector of the source's rule finds."""
        return next((text for found in selected(self.tree, selector) if (text := _text(found))), "")


def imprint(tree: HtmlElement, url: str, rule: Rule = NO_RULE) -> Page:
    """Everything but text, hash and extractor."""
    page = _Reading(tree, url, rule)
    published = _published(page)
    return Page(
        url=url,
        canonical=_canonical(page),
        title=_title(page),
        author=_author(page),
        published_at=published.at if published else None,
        published_precision=published.precision if published else "",
        language=_language(page),
        image=_image(page),
        permissions=_permissions(page),
    )


def _canonical(page: _Reading) -> str:
    """Of the same source, and not the front page for an article: else it is a mistake, or worse."""
    links = [
        link.get("href") for link in page.tree.iter("link") if "canonical" in (link.get("rel") or "").lower().split()
    ]
    for given in filter(None, (*links, *page.said(["og:url"]))):
        try:
            found = canonical(resolve(page.url, given))
            front = found.count("/") == 3 and found.endswith("/")
            if source_of(found) == source_of(page.url) and (not front or found == canonical(page.url)):
                return found
        except Invalid:
            continue
    return ""


def _title(page: _Reading) -> str:
    headings = (_text(heading) for heading in page.tree.iter("h1"))
    titles = (_SITE_NAME.sub("", _text(title)) for title in page.tree.iter("title"))
    asked = (page.chosen(page.rule.title), line(page.node.get("headline")), *page.said(_TITLE), *headings, *titles)
    return next((text for each in asked if (text := _line(each, MOST_LINE))), "")


def _author(page: _Reading) -> str:
    marked = page.tree.xpath("//*[@rel='author' or @itemprop='author'][not(self::meta or self::link)]")[:MOST_AUTHORS]
    asked: Iterable[list[str]] = (
        [page.chosen(page.rule.author)],
        lines(page.node.get("author")),
        list(page.said(_AUTHOR)),
        [_text(each) for each in marked],
    )
    for names in asked:
        kept = dict.fromkeys(name for each in names[:MOST_AUTHORS] if (name := _name(each)))
        if kept:
            return ", ".join(kept)[:MOST_AUTHOR]
    return ""


def _name(written: str) -> str:
    name = _BY.sub("", _line(written, MOST_AUTHOR)).strip(" ,;|-")
    return "" if _ADDRESS.search(name) else name


def _published(page: _Reading) -> Moment | None:
    chosen = (found.get("datetime") or found.get("content") or _text(found) for found in _chosen_dates(page))
    said = [*chosen, line(page.node.get("datePublished")), *page.said(_PUBLISHED), *_times(page.tree)]
    return best([*map(moment, said), in_address(page.url)])


def _chosen_dates(page: _Reading) -> list[HtmlElement]:
    return selected(page.tree, page.rule.published)[:1]


def _times(tree: HtmlElement) -> Iterator[str]:
    """`datetime` of the first time element in the article, in its head, or marked as the publication's."""
    marked = "//time[@itemprop='datePublished' or @pubdate]"
    for where in (marked, "//article//time", "//header//time", "//main//time"):
        for found in tree.xpath(f"({where})[@datetime]")[:1]:
            if not _CHANGED.search(" ".join(filter(None, (found.get("class"), found.get("itemprop"))))):
                yield found.get("datetime")


def _language(page: _Reading) -> str:
    declared = (page.tree.get("lang") or page.tree.get("xml:lang") or "", *page.said(["og:locale", "content-language"]))
    asked = (*declared, line(page.node.get("inLanguage")))
    codes = (_CODE.match(each.strip().lower()) for each in asked)
    return next((code[1] for code in codes if code), "")


def _image(page: _Reading) -> str:
    for given in (*page.said(_IMAGE), *lines(page.node.get("image"))):
        try:
            found = resolve(page.url, given)
            canonical(found)
        except Invalid:
            continue
        if len(found) <= 2 * MOST_LINE:
            return found
    return ""


def _permissions(page: _Reading) -> dict[str, str]:
    asked = {"meta": ("robots", PRODUCT), "tdm": ("tdm-reservation", "tdm-policy")}
    said = {who: ", ".join(page.said(names))[:MOST_LINE] for who, names in asked.items()}
    return {who: " ".join(words.split()) for who, words in said.items() if words}


def _text(element: HtmlElement) -> str:
    return _line(element.text_content(), MOST_LINE)


def _line(written: str, most: int) -> str:
    return " ".join(plain(written[: 4 * most]).split())[:most].strip()
