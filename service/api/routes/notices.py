"""Notices: list, show."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from service import model
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.notices import Notice, NoticeQuery

router = APIRouter(prefix="/v1/notices", tags=["notices"])


@router.get("", response_model=PageShown[Notice], summary="List notices", responses=documented(INVALID_CURSOR))
async def list_notices(
    query: Annotated[NoticeQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[model.Notice]:
    """Everything that endpoints were told, or could have been, alerts among it; the newest first."""
    kinds = None if query.kind is None else model.asked_for([query.kind])
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.notices.list(caller.account_id, kinds, query.subject, before, most),
        lambda notice: (notice.at, notice.id),
    )


@router.get("/{notice_id}", response_model=Notice, summary="Show a notice", responses=documented(NOT_FOUND))
async def get_notice(notice_id: Id, caller: CallerDep, kept: ContextDep) -> model.Notice:
    """A notice, as it is sent."""
    return found(await kept.store.read(lambda tx: tx.notices.get(notice_id, caller.account_id)), "notice", notice_id)
