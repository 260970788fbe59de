"""Finds entries on a page by rules, as a program of its own: pages are hostile, and so may rules be.

In: frames as `consumers.poll.apart` has them, with JSON: the page's `text`, and for each rule an XPath with the
attribute it is about; out: the entries found, as plain values, or `{"fault": ...}`. `consumers.poll.rules` talks to
it.
"""

import json
import sys
import time
from contextlib import suppress
from typing import Any, BinaryIO

from lxml import etree, html

CPU_SECONDS = 5
MEMORY_BYTES = 512 * 2**20
MOST_ENTRIES = 500
MOST_CHARACTERS = 20_000
USUAL = {"link": ("href", "data-href", "src"), "date": ("datetime", "content", "data-date", "title")}
"""The attributes that say it, where the rule names none."""


def main() -> None:
    limit("AS", MEMORY_BYTES)
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    sys.stdout = sys.stderr  # nobody but us writes into the frames
    sink.write(bytes(4))
    sink.flush()
    while (frame := read_frame(source)) is not None:
        limit("CPU", CPU_SECONDS + int(time.process_time()) + 1)
        try:
            answer = read(**json.loads(frame))
        except Exception as error:  # noqa: BLE001  (a parser's fault is an answer)
            answer = {"fault": type(error).__name__}
        octets = json.dumps(answer).encode()
        sink.write(len(octets).to_bytes(4, "big") + octets)
        sink.flush()


def limit(name: str, value: int) -> None:
    """Sets a soft limit, where the system has it."""
    with suppress(ImportError, AttributeError, ValueError, OSError):
        import resource

        kind = getattr(resource, f"RLIMIT_{name}")
        resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))


def read_frame(source: BinaryIO) -> bytes | None:
    head = source.read(4)
    return source.read(int.from_bytes(head, "big")) if len(head) == 4 else None


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


if __name__ == "__main__":
    main()
