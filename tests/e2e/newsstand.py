"""A feed server as a process: the made-up reports of `tests/benchmarks/corpus.py`, one feed for each outlet.

    python -m tests.e2e.newsstand --port 9100 --articles 2000 [--rate 20]

Without a rate everything is published from the start, by the corpus's own times; with one, so many articles
come out each second, published at that moment.
"""

import argparse
import asyncio
import time
from collections import defaultdict
from dataclasses import replace
from datetime import UTC, datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from service.api import serve
from service.settings import ApiSettings
from tests.benchmarks.corpus import Report, feed, reports

LATEST = 100
"""Entries a feed shows when articles come out over time."""


class Newsstand:
    def __init__(self, count: int, seed: int, rate: float) -> None:
        self._reports, self._rate = list(reports(count, seed)), rate
        self._begun: float | None = None
        self._outlets: dict[str, list[Report]] = defaultdict(list)
        for each in self._reports:
            self._outlets[each.outlet].append(each)
        self.app = Starlette(routes=[Route("/outlets", self._names), Route("/{outlet}", self._feed)])

    async def _names(self, request: Request) -> Response:
        """The outlets, a line each."""
        return Response("\n".join(sorted(self._outlets)))

    async def _feed(self, request: Request) -> Response:
        outlet = request.path_params["outlet"]
        some = self._out(self._outlets.get(outlet, []))
        return Response(feed(some, str(request.base_url).rstrip("/"), outlet), media_type="application/rss+xml")

    def _out(self, some: list[Report]) -> list[Report]:
        if not self._rate:
            return some
        self._begun = self._begun or time.time()
        come = [
            replace(each, published_at=self._at(each)) for each in some if self._at(each).timestamp() <= time.time()
        ]
        return come[-LATEST:]

    def _at(self, report: Report) -> datetime:
        """Feeds tell times to the second, so articles come out on the second."""
        assert self._begun is not None
        return datetime.fromtimestamp(int(self._begun) + 1 + int(report.number / self._rate), UTC)


def main() -> None:
    parser = argparse.ArgumentParser(description="Serves made-up feeds on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--articles", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rate", type=float, default=0)
    given = parser.parse_args()
    stand = Newsstand(given.articles, given.seed, given.rate)
    asyncio.run(serve(stand.app, ApiSettings(port=given.port), asyncio.Event()))


if __name__ == "__main__":
    main()
