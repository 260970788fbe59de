"""What a page says of itself in JSON-LD (schema.org): its tree in, the fields of its article out.

Publishers write it by hand and by machine, with faults; what does not parse says nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from lxml.html import HtmlElement

MOST_CHARACTERS = 2_000_000
"""Of one block."""
MOST_BLOCKS = 20
MOST_NODES = 500
_LEFT_BEHIND = re.compile(r",\s*([}\]])")
_KINDS = ("Article", "Posting", "Report")
Node = Mapping[str, Any]


def article_node(tree: HtmlElement) -> Node:
    """The first node that is an article's; an empty one if there is none."""
    return next((node for node in _nodes(tree) if _is_article(node)), {})


def line(value: Any) -> str:
    """The text of a field that may be a text, a node with a name or an address, or several of these."""
    return next(iter(lines(value)), "")


def lines(value: Any) -> list[str]:
    """All texts of a field, in order, each once."""
    return list(dict.fromkeys(" ".join(each.split()) for each in _lines(value, 3) if each.strip()))


def _lines(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict) and depth:
        for name in ("name", "url", "contentUrl", "@id"):
            if value.get(name):
                yield from _lines(value[name], depth - 1)
                return
    elif isinstance(value, list) and depth:
        for each in value[:20]:
            yield from _lines(each, depth - 1)


def _is_article(node: Node) -> bool:
    kinds = node.get("@type")
    return any(
        isinstance(kind, str) and kind.endswith(_KINDS) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )


def _nodes(tree: HtmlElement) -> Iterator[Node]:
    """Nodes in the order of the page, outer ones first."""
    waiting: list[Any] = [*_blocks(tree)]
    for _ in range(MOST_NODES):
        if not waiting:
            return
        found = waiting.pop(0)
        if isinstance(found, list):
            waiting[:0] = found[:MOST_NODES]
        elif isinstance(found, dict):
            yield found
            inner = (found.get(name) for name in ("@graph", "mainEntity", "mainEntityOfPage"))
            waiting[:0] = [each for each in inner if isinstance(each, dict | list)]


def _blocks(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.xpath("//script[@type]")[: 10 * MOST_BLOCKS]:
        if "ld+json" in script.get("type").lower():
            text = (script.text or "").strip().removeprefix("<![CDATA[").removesuffix("]]>").rstrip(";\n\t ")
            yield _parsed(text[:MOST_CHARACTERS])


def _parsed(text: str) -> Any:
    """Also where a comma was left behind, which is the fault seen most; None for what is no JSON."""
    for written in (text, _LEFT_BEHIND.sub(r"\1", text)):
        try:
            return json.loads(written, strict=False)
        except (ValueError, RecursionError):
            continue
    return None
