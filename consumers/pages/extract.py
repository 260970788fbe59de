"""Extraction: the bytes of a page in; its article's text and imprint out. Pure, and slow: some 20 ms a page.

The text is that of the source's own rule, or else what trafilatura finds. What a page keeps from readers who do
not pay is not taken from what it gives to machines (JSON-LD).
"""

import functools
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import version

import msgspec
from lxml import etree
from lxml.html import HtmlElement

from consumers.pages.imprint import imprint
from consumers.pages.linked import article_node
from consumers.pages.rules import NO_RULE, Rule, selected
from consumers.pages.tree import tree_of
from consumers.pages.trimming import plain_links, trimmed
from service.messages import Page
from service.text import plain

MOST_TEXT = 200_000
"""Characters: a record must fit into a broker's message."""
_WORDLESS = ("style", "svg", "nav", "iframe", "canvas", "link", "meta", "option")
"""Never part of a text; without them the rest takes a tenth less time."""
_TEXTLESS = ("script", "style", "noscript", "template", "iframe", "svg", "form")


@dataclass(frozen=True, slots=True)
class Extracted:
    """What a page gives."""

    text: str
    """The article's text, paragraph by paragraph; "" if there is none."""
    page: Page
    rule_missed: bool = False
    """The source's rule selects a body that this page does not have."""


def extract(body: bytes, url: str, rule: Rule = NO_RULE, content_type: str = "") -> Extracted:
    """Everything from one page. What is no page at all has neither text nor imprint."""
    tree = tree_of(body, content_type)
    if tree is None:
        return Extracted("", Page(url=url))
    found = imprint(tree, url, rule)
    for selector in rule.remove:
        for element in selected(tree, selector):
            if element.getparent() is not None:
                element.drop_tree()
    links = plain_links({_link_text(link) for link in tree.iter("a")})
    etree.strip_elements(tree, *_WORDLESS, with_tail=False)
    text, extractor = _text(tree, url, rule)
    if extractor != "rule":
        text = trimmed(text, found, links)
    page = msgspec.structs.replace(found, text_hash=text_hash(text), extractor=extractor)
    return Extracted(text, page, bool(rule.body) and extractor != "rule")


def text_hash(text: str) -> str:
    """Names a text, however its blanks and lines are set; "" for none."""
    words = " ".join(text.split())
    return sha256(words.encode("utf-8", "replace")).hexdigest()[:20] if words else ""


def _text(tree: HtmlElement, url: str, rule: Rule) -> tuple[str, str]:
    """The text and what found it."""
    if by_rule := _by_rule(tree, rule):
        return by_rule, "rule"
    if str(article_node(tree).get("isAccessibleForFree", True)).lower() == "false":
        etree.strip_elements(tree, "script", with_tail=False)
    text = _by_trafilatura(tree, url)
    return text, _trafilatura() if text else ""


def _link_text(link: HtmlElement) -> str:
    return str(link.text_content() if len(link) else link.text or "")


def _by_rule(tree: HtmlElement, rule: Rule) -> str:
    """The text of all that the rule's selector finds, an element inside another found one counted once."""
    found = selected(tree, rule.body)
    outer = [each for each in found if not any(above in found for above in each.iterancestors())]
    for element in outer:
        etree.strip_elements(element, *_TEXTLESS, with_tail=False)
    return "\n".join(plain(etree.tostring(each, encoding="unicode", method="html")) for each in outer)[
        :MOST_TEXT
    ].strip()


def _by_trafilatura(tree: HtmlElement, url: str) -> str:
    import trafilatura  # slow to import, and needed only where pages are read

    text = trafilatura.extract(tree, url=url, fast=True, include_comments=False, include_tables=False)
    return str(text or "")[:MOST_TEXT]


@functools.cache
def _trafilatura() -> str:
    return f"trafilatura {version('trafilatura')}"
