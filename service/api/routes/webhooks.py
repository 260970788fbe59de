"""What endpoints receive: described for the OpenAPI document, and sent by the deliver stage."""

from typing import Any

from fastapi import APIRouter, Header

from service.api.schemas.webhook import StoryAlerted

router = APIRouter(tags=["webhooks"])

NOT_TAKEN: dict[int | str, dict[str, Any]] = {"4XX": {"description": "Not taken: it is tried again later."}}


@router.post(
    "story.alerted",
    summary="A topic matched a story",
    status_code=204,
    operation_id="story_alerted",
    responses=NOT_TAKEN,
)
async def story_alerted(
    body: StoryAlerted,
    webhook_id: str = Header(description="The delivery's id; the same at every attempt. Use it to drop repeats."),
    webhook_timestamp: int = Header(description="When this attempt was made, in seconds since 1970."),
    webhook_signature: str = Header(description="`v1,` and HMAC-SHA256 over id, timestamp and body, in base64."),
) -> None:
    """Sent once for every topic and story that it matched, signed as Standard Webhooks 1.0 says. Any answer
    from 200 to 299 is a yes; everything else is tried again, by a schedule that ends after three days.
    """
