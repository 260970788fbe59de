"""The audit log of the caller's account: list."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query

from service.api.deps import CallerDep, ContextDep, ListerDep
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.accounts import AuditEntry, AuditQuery
from service.model.acts import Act
from service.store.audit import Sought

router = APIRouter(prefix="/v1/audit", tags=["accounts"])


@router.get(
    "", response_model=PageShown[AuditEntry], summary="Show who changed what", responses=documented(INVALID_CURSOR)
)
async def list_audit(
    query: Annotated[AuditQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[Act]:
    """Every request of the account, and every command, that changed something or asked to; the newest first. Kept for
    a year (the setting `audit.keep_days`)."""
    sought = Sought(caller.account_id, query.key, query.resource, query.since, query.until)
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.audit.list(sought, before, most),
        lambda act: (act.at, act.id),
    )
