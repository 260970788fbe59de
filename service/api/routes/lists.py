"""Lists of feeds kept in sync: list, show, add, change, look at once, remove."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.addresses import check_url
from service.api.deps import ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, UNSAFE_ADDRESS, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas import PageQuery
from service.api.schemas.opml import FeedList, FeedListChange, FeedListGiven
from service.store import Transaction

router = APIRouter(prefix="/v1/lists", tags=["lists"])


@router.get("", response_model=PageShown[FeedList], summary="List lists", responses=documented(INVALID_CURSOR))
async def list_lists(query: Annotated[PageQuery, Query()], kept: ContextDep, lister: ListerDep) -> Page[model.FeedList]:
    """All lists of feeds that are kept in sync, the oldest first."""
    return await lister.listed(
        query, str, lambda tx, after, most: tx.lists.list(after or "", most), lambda each: each.id
    )


@router.post(
    "",
    status_code=201,
    response_model=FeedList,
    summary="Add a list",
    dependencies=[Depends(json_body)],
    responses=with_body(CONFLICT, UNSAFE_ADDRESS),
)
async def add_list(given: FeedListGiven, kept: ContextDep, response: Response) -> model.FeedList:
    """Poll the feeds that an OPML document names, as long as it names them.

    It is looked at again and again. Feeds that are new in it are added; of those it has brought, the ones that no
    list names any more are switched off, never removed.
    """
    check_url(given.url, kept.settings.egress)
    now = kept.clock()
    made = model.FeedList(
        id=model.fresh_id(now),
        url=given.url,
        title=given.title,
        interval=given.interval,
        created_at=now,
        next_sync_at=now,
    )
    added = await kept.store.write(lambda tx: tx.lists.add(made))
    response.headers["Location"] = f"/v1/lists/{added.id}"
    return added


@router.get("/{list_id}", response_model=FeedList, summary="Show a list", responses=documented(NOT_FOUND))
async def get_list(list_id: Id, kept: ContextDep) -> model.FeedList:
    """A list, and what came of the last look at it."""
    return await kept.store.read(lambda tx: tx.lists.get(list_id))


@router.patch(
    "/{list_id}",
    response_model=FeedList,
    summary="Change a list",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND),
)
async def change_list(list_id: Id, change: FeedListChange, kept: ContextDep) -> model.FeedList:
    """Change what is given and leave the rest."""
    return await kept.store.write(_change, list_id, change, kept.clock())


@router.post(
    "/{list_id}/sync",
    status_code=202,
    response_model=FeedList,
    summary="Look at a list now",
    responses=documented(NOT_FOUND),
)
async def sync_list(list_id: Id, kept: ContextDep) -> model.FeedList:
    """Have it looked at as soon as a poller comes to it."""
    now = kept.clock()
    return await kept.store.write(lambda tx: tx.lists.update(replace(tx.lists.get(list_id), next_sync_at=now)))


@router.delete("/{list_id}", status_code=204, summary="Remove a list", responses=documented(NOT_FOUND))
async def remove_list(list_id: Id, kept: ContextDep) -> None:
    """Look at it no more. The feeds it has brought stay as they are."""
    gone = await kept.store.write(lambda tx: tx.lists.remove(list_id))
    found(gone or None, "list", list_id)


def _change(tx: Transaction, list_id: str, change: FeedListChange, now: datetime) -> model.FeedList:
    before = tx.lists.get(list_id)
    changed = replace(before, **change.model_dump(exclude_unset=True))
    if changed.enabled and not before.enabled:
        changed = replace(changed, error="", failures=0, next_sync_at=now)
    return tx.lists.update(changed)
