"""Extraction alone, one process: our own pages, blown up to the size of real ones, through the real extractor."""

import time

from consumers.pages.extract import extract
from tests.benchmarks.table import Row
from tests.quality.extraction import fixtures

MENU = "".join(f'<li class="menu-item depth-{n % 3}"><a href="/section/{n}">Section {n}</a></li>' for n in range(300))
SCRIPT = "<script>" + "window.dataLayer.push({a: 1});" * 1000 + "</script>"


def extracting(count: int) -> Row:
    """Pages of some 70 kB, as outlets serve them."""
    some = [
        (each.body.replace(b"<body", f"<div hidden><ul>{MENU}</ul></div>{SCRIPT}<body".encode(), 1), each.url)
        for each in fixtures()
    ]
    extract(*some[0])  # imports
    begun = time.perf_counter()
    for n in range(count):
        extract(*some[n % len(some)])
    size = sum(len(body) for body, _ in some) // len(some) // 1000
    return Row("extract", count, "pages", time.perf_counter() - begun, f"{size} kB a page, one process")
