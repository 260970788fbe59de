"""Discovery: what feeds does a site have?"""

from fastapi import APIRouter, Depends

from service import model
from service.api.deps import ContextDep, json_body
from service.api.problems import UNSAFE_ADDRESS, with_body
from service.api.schemas.backfills import Discovery, DiscoveryGiven
from service.errors import Outage

router = APIRouter(prefix="/v1/feeds", tags=["feeds"])


@router.post(
    "/discover",
    response_model=Discovery,
    summary="Find the feeds of a site",
    dependencies=[Depends(json_body)],
    responses=with_body(UNSAFE_ADDRESS),
)
async def discover_feeds(given: DiscoveryGiven, kept: ContextDep) -> model.Discovery:
    """Look at the page, at what it links, at robots.txt and at usual places. Every feed that is told of was read.

    This takes some seconds, for one host is not asked for much at once; 30 at most. Nothing is added.
    """
    if kept.discover is None:
        raise Outage("this process asks nobody outside")
    return await kept.discover(given.url)
