"""Finds entries on a page by rules, as a program for `confined_process.py`: pages are hostile, and so may rules be.

In: JSON with the page's `text`, and for each rule an XPath with the attribute it is about; out: the entries found,
as plain values, or `{"fault": ...}`. `consumers.poll.rules` talks to it. It imports nothing of Courant.
"""

import json
from typing import Any

from lxml import etree, html

CPU_SECONDS = 5
READS_FILES = True
MOST_ENTRIES = 500
MOST_CHARACTERS = 20_000
USUAL = {"link": ("href", "data-href", "src"), "date": ("datetime", "content", "data-date", "title")}
"""The attributes that say it, where the rule names none."""


def warm_up() -> None:
    """Nothing is loaded late."""


def answer(frame: bytes) -> bytes:
    try:
        found = read(**json.loads(frame))
    except Exception as error:  # noqa: BLE001  (a parser's fault is an answer)
        found = {"fault": type(error).__name__}
    return json.dumps(found).encode()


def read(text: str, rules: dict[str, list[str]]) -> dict[str, Any]:
    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    page = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    base = page.find(".//base[@href]")
    entries = etree.XPath(rules["entry"][0])(page)[:MOST_ENTRIES]
    find = {name: etree.XPath(path) for name, (path, _) in rules.items() if name != "entry" and path}
    attributes = {name: attribute for name, (_, attribute) in rules.items()}
    return {
        "title": (page.findtext(".//title") or "")[:MOST_CHARACTERS],
        "language": page.get("lang") or "",
        "base": base.get("href") if base is not None else "",
        "entries": [{name: said(entry, find, name, attributes[name]) for name in find} for entry in entries],
    }


def said(entry: Any, find: dict[str, Any], name: str, attribute: str) -> str:
    """What the first element that the rule selects says."""
    found = find[name](entry)
    if not found:
        return ""
    first = found[0]
    if attribute:
        return (first.get(attribute) or "")[:MOST_CHARACTERS]
    usual = next(filter(None, map(first.get, USUAL.get(name, ()))), "")
    return (usual or " ".join(first.itertext()))[:MOST_CHARACTERS]
