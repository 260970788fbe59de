"""The newsroom: a feed server on loopback whose outlets publish as the day's script says."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from consumers.demo.documents import feed, page
from consumers.demo.script import Day, Outlet, Printed, Publication, printed, publishable
from service.clock import Clock

STEP_SECONDS = 0.1


class Newsroom:
    """`app` serves /OUTLET/feed and /OUTLET/SLUG; `run` lets the day pass."""

    def __init__(self, day: Day, clock: Clock) -> None:
        self._day, self._clock = day, clock
        self._outlets = {each.id: each for each in day.outlets}
        self._printed: dict[tuple[str, str], Printed] = {}
        self._read_at: dict[str, datetime] = {}
        self.app = Starlette(routes=[Route("/{outlet}/feed", self._feed), Route("/{outlet}/{slug}", self._page)])

    async def run(self, seconds: float, tell: Callable[[Publication], None], until: asyncio.Event) -> None:
        """Publish the whole day within `seconds`, telling of each publication.

        A text is corrected only once it was read, for nobody would ever hear of what it said before.
        """
        left, begun = list(self._day.publications), self._clock()
        while left and not until.is_set():
            hour = self._day.at((self._clock() - begun).total_seconds() / seconds)
            out = publishable(left, hour, self._printed, self._read_at)
            self._printed = printed(out, self._clock(), self._printed)
            for each in out:
                left.remove(each)
                tell(each)
            with suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), STEP_SECONDS)

    def _outlet(self, request: Request) -> Outlet | None:
        return self._outlets.get(request.path_params["outlet"])

    async def _feed(self, request: Request) -> Response:
        outlet = self._outlet(request)
        if outlet is None:
            return Response("no such outlet", 404)
        self._read_at[outlet.id] = self._clock()
        articles = [each for (of, _), each in reversed(self._printed.items()) if of == outlet.id]
        text, media = feed(outlet, articles, f"{request.base_url}{outlet.id}")
        return Response(text, media_type=media)

    async def _page(self, request: Request) -> Response:
        outlet = self._outlet(request)
        found = outlet and self._printed.get((outlet.id, request.path_params["slug"]))
        return HTMLResponse(page(outlet, found)) if outlet and found else Response("no such page", 404)
