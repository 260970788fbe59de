"""How a feed stands with its hub."""

from fastapi import APIRouter

from service.api.deps import ContextDep, Id, found
from service.api.problems import NOT_FOUND, documented
from service.api.schemas.hubs import HubSubscription

router = APIRouter(prefix="/v1/feeds", tags=["feeds"])


@router.get(
    "/{feed_id}/hub",
    response_model=HubSubscription,
    summary="Show a feed's hub",
    responses=documented(NOT_FOUND),
)
async def get_feed_hub(feed_id: Id, kept: ContextDep) -> HubSubscription:
    """The hub that pushes the feed, or was asked to; 404 for a feed that names none, or is not known."""
    subscription = found(await kept.store.read(lambda tx: tx.websub.of_feed(feed_id)), "hub of feed", feed_id)
    return HubSubscription.of(subscription, kept.clock())
