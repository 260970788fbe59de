"""Where hubs call: they confirm or deny a subscription, and push documents.

No key is asked for: the address itself is the secret. Nothing is parsed here; a document whose signature is
right is put on `feeds.pushed`, and answered once it is durable.
"""

from datetime import datetime
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Path, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from service import telemetry
from service.api.context import Context
from service.api.deps import ContextDep
from service.api.hub_signature import is_signed
from service.api.problems import GONE, INVALID, NOT_FOUND, TOO_LARGE, TOO_SLOW, documented
from service.errors import NotFound, Rejected
from service.messages import Hop, PushedDocument
from service.model import HubSubscription
from service.settings import WebsubSettings
from service.store import Transaction
from service.streams import PUSHED
from service.tracing import of_request

router = APIRouter(prefix="/v1/websub", tags=["websub"])

Token = Annotated[str, Path(pattern=r"^[0-9A-Za-z_\-]{22,64}$", description="Given to one hub for one feed.")]
MOST_WORDS = 300
"""Characters kept of a hub's reason."""
PLAIN_ENCODINGS = ("", "identity")


@router.get(
    "/{token}",
    summary="Confirm or deny a subscription (called by hubs)",
    response_class=PlainTextResponse,
    responses=documented(NOT_FOUND),
)
async def answer_hub(token: Token, request: Request, kept: ContextDep) -> Response:
    """A hub asks whether a subscription was really asked for, and gets its `hub.challenge` back, to the letter;
    or it says that there will be none (`hub.mode=denied`). 404 for whatever was not asked for.
    """
    said = _said(request)
    challenge = await kept.store.write(_hear, token, said, kept.settings.websub, kept.clock())
    return Response(challenge.encode("latin-1"), media_type="text/plain")


@router.post(
    "/{token}",
    status_code=202,
    summary="Push a document (called by hubs)",
    responses=documented(NOT_FOUND, GONE, TOO_SLOW, TOO_LARGE, INVALID),
    openapi_extra={"requestBody": {"required": True, "content": {"*/*": {"schema": {"type": "string"}}}}},
)
async def take_push(token: Token, request: Request, kept: ContextDep) -> Response:
    """A hub pushes a feed's document. 202 once it is durable. One whose signature is wrong or missing is
    answered in the same way, and dropped. 410 tells the hub to end the subscription.
    """
    subscription = await kept.store.read(lambda tx: tx.websub.by_token(token))
    if subscription is None:
        raise NotFound("There is no such callback.")
    if subscription.ending:
        raise HTTPException(410, "This subscription has ended.")
    telemetry.count("websub", await _take(subscription, request, kept))
    return Response(status_code=202)


async def _take(subscription: HubSubscription, request: Request, kept: Context) -> str:
    """What became of it: accepted, forged, or hint - nothing of it is believed but that there is news."""
    body, headers = await request.body(), request.headers
    if not subscription.secret:
        return await _poll(subscription, kept)
    secret = subscription.opened(kept.ring).secret
    if not is_signed(headers.get("x-hub-signature", ""), secret, body, kept.settings.websub.allow_sha1):
        return "forged"
    if headers.get("content-encoding", "").strip().lower() not in PLAIN_ENCODINGS:
        return await _poll(subscription, kept)
    now = kept.clock()
    pushed = PushedDocument(
        feed_id=subscription.feed_id,
        body=body,
        content_type=headers.get("content-type", "")[:MOST_WORDS],
        url=subscription.topic,
        at=now,
        hops=(Hop(stage="websub", at=now, outcome="accepted"),),
    )
    try:
        encoded = PUSHED.encode(pushed, of_request())
    except Rejected:  # larger than a stream carries
        return await _poll(subscription, kept)
    await kept.broker.append(PUSHED.name, [encoded])
    return "accepted"


async def _poll(subscription: HubSubscription, kept: Context) -> str:
    now = kept.clock()
    await kept.store.write(lambda tx: tx.websub.poll_now(subscription.feed_id, now))
    return "hint"


def _said(request: Request) -> dict[str, str]:
    """The parameters, each octet one character, so that a challenge goes back as it came; the first of each."""
    given = parse_qsl(request.scope["query_string"].decode("latin-1"), keep_blank_values=True, encoding="latin-1")
    return dict(reversed(given))


def _hear(tx: Transaction, token: str, said: dict[str, str], settings: WebsubSettings, now: datetime) -> str:
    """What to answer. Raises `NotFound` unless this was asked for."""
    subscription = tx.websub.by_token(token)
    if subscription is None or said.get("hub.topic") != subscription.topic.encode().decode("latin-1"):
        raise NotFound("Nothing was asked for here.")
    mode, challenge = said.get("hub.mode", ""), said.get("hub.challenge", "")
    if mode == "denied":
        _deny(tx, subscription, said.get("hub.reason", ""), now)
        return ""
    if not challenge or mode != subscription.mode:
        raise NotFound("Nothing of this kind was asked for.")
    if mode == "unsubscribe":
        tx.websub.remove(subscription.id)
    else:
        tx.websub.keep(subscription.verified(_lease(said, settings), now))
    return challenge


def _deny(tx: Transaction, subscription: HubSubscription, reason: str, now: datetime) -> None:
    if subscription.ending:
        return tx.websub.remove(subscription.id)
    readable = " ".join(reason.encode("latin-1").decode("utf-8", "replace").split())
    tx.websub.keep(subscription.denied("".join(filter(str.isprintable, readable))[:MOST_WORDS], now))
    tx.websub.poll_now(subscription.feed_id, now)


def _lease(said: dict[str, str], settings: WebsubSettings) -> float:
    """In seconds; what was asked for, if the hub does not say."""
    given = said.get("hub.lease_seconds", "").strip()
    return float(given[:12]) if given.isascii() and given.isdigit() else settings.lease_seconds
