"""Notices in the order in which they became known: a list to catch up with, and a stream to listen to."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Header, Query, Response

from service.api.broadcast import PORTION
from service.api.deps import CallerDep, ContextDep, ListerDep, WaitingDep
from service.api.pages import Lister
from service.api.problems import CURSOR_EXPIRED, INVALID_CURSOR, documented
from service.api.schemas.events import CURSOR, Cursor, Event, EventQuery, Events, Wanted
from service.api.stream import MEDIA_TYPE, Stream, Telling
from service.cursors import make_cursor, read_cursor
from service.errors import Invalid
from service.model import Caller, Interest, Portion, asked_for, body
from service.store import Transaction

router = APIRouter(prefix="/v1", tags=["events"])

EXAMPLE = (
    f"retry: 3000\n\nid: {CURSOR}\nevent: cursor\n"
    f'data: {{"cursor": "{CURSOR}"}}\n\n:\n\nid: {CURSOR}\n'
    f'data: {{"id":"nt_5d1c90ab7e33f0248c61","cursor":"{CURSOR}","type":"feed.silent",'
    '"timestamp":"2026-03-14T09:00:05Z","data":{}}\n\n'
)
AS_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Notices, as Server-Sent Events; the answer does not end",
        "content": {MEDIA_TYPE: {"schema": {"type": "string"}, "example": EXAMPLE}},
    }
}


@router.get(
    "/events",
    response_model=Events,
    summary="Catch up with notices",
    responses=documented(INVALID_CURSOR, CURSOR_EXPIRED),
)
async def list_events(
    query: Annotated[EventQuery, Query()],
    caller: CallerDep,
    kept: ContextDep,
    lister: ListerDep,
    waiting: WaitingDep,
) -> Events:
    """Every notice there is or was, the first known first; without `after`, from the oldest that is kept.

    Id and cursor are those of the webhook's body. Notices are never put between others later on: whoever always comes
    again with `next_cursor` gets each exactly once. With `wait`, the answer is held back until there is one.
    """
    interest, most = _interest(query, caller), lister.shown(query.limit)
    after = None if query.after is None else read_cursor(query.after)
    portion = await kept.store.read(_portion, after, interest, most)
    if not portion.notices and query.wait:
        broadcast, by = waiting
        broadcast.admit()
        listener = broadcast.listener(interest, by)
        with broadcast.counted():
            async with broadcast.joined(listener):
                portion = await kept.store.read(_portion, portion.upto, interest, most)
                if not portion.notices and await listener.stirred(query.wait):
                    portion = await kept.store.read(_portion, portion.upto, interest, most)
    return _shown(portion, lister)


@router.get(
    "/stream",
    response_class=Response,
    summary="Listen to notices",
    responses=documented(INVALID_CURSOR, CURSOR_EXPIRED) | AS_STREAM,
)
async def stream_events(
    query: Annotated[Wanted, Query()],
    caller: CallerDep,
    kept: ContextDep,
    waiting: WaitingDep,
    last_event_id: Annotated[Cursor | None, Header(description="The last `id` heard; goes before `after`.")] = None,
) -> Response:
    """Notices as they become known, as Server-Sent Events: `id` is the cursor, `data` what a webhook's body has.

    Begins after `Last-Event-ID` or `after`, else with what becomes known from now on. Where there is nothing to tell,
    there is a comment every 15 seconds, and every 30 an event `cursor` that says how far has been heard. Whoever takes
    notices more slowly than they come is sent away when 1,000 wait for it, and may come again with the last `id`.
    """
    interest, given = _interest(query, caller), last_event_id or query.after
    broadcast, by = waiting
    broadcast.admit()
    first = await kept.store.read(_beginning, None if given is None else read_cursor(given), interest)
    telling = Telling(kept.store, broadcast, kept.settings.events, broadcast.listener(interest, by))
    return Stream(telling, first)


def _interest(query: Wanted, caller: Caller) -> Interest:
    if unknown := next((each for each in query.kind if not asked_for([each])), ""):
        raise Invalid(f"There is no kind of notice called {unknown}.", "?/kind")
    return Interest(caller.account_id, asked_for(query.kind) if query.kind else None, query.topic)


def _portion(tx: Transaction, after: int | None, interest: Interest, most: int) -> Portion:
    """From the oldest if `after` is None."""
    return tx.notices.after(tx.notices.kept_after() if after is None else after, interest, most)


def _beginning(tx: Transaction, after: int | None, interest: Interest) -> Portion:
    """The first portion; nothing, up to now, if `after` is None."""
    after = tx.notices.head() if after is None else after
    return tx.notices.after(after, interest, PORTION)


def _shown(portion: Portion, lister: Lister) -> Events:
    cursor = make_cursor(portion.upto)
    if not portion.complete:
        given = [(name, value) for name, value in lister.request.query_params.multi_items() if name != "after"]
        following = f"{lister.request.url.path}?{urlencode([*given, ('after', cursor)])}"
        lister.response.headers["Link"] = f'<{following}>; rel="next"'
    items = [Event.model_validate(body(notice)) for notice in portion.notices]
    return Events(items=items, next_cursor=cursor, more=not portion.complete)
