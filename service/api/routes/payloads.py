"""Payloads: documents as they were fetched."""

from typing import Annotated

from fastapi import APIRouter, Path, Response

from service.api.deps import ContextDep, found
from service.api.problems import NOT_FOUND, documented
from service.model import Payload

router = APIRouter(prefix="/v1/payloads", tags=["articles"])

Hash = Annotated[
    str,
    Path(
        pattern="^[0-9a-f]{64}$",
        description="SHA-256 of the document, as a revision names it.",
        examples=["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    ),
]
OCTETS = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.get(
    "/{hash}",
    response_class=Response,
    summary="Get a document as it was fetched",
    responses=documented(NOT_FOUND) | {200: OCTETS | {"description": "Its bytes."}},
)
async def get_payload(hash: Hash, kept: ContextDep) -> Response:
    """The bytes that articles were read from, decompressed but otherwise as the server sent them. They are kept for
    some days (`poll.keep_payloads_days`).

    They are an outsider's, and meant for programs: no browser is told to show them.
    """
    payload = await kept.store.read(lambda tx: tx.payloads.get(hash))
    return _attached(found(payload, "document", hash))


def _attached(payload: Payload) -> Response:
    headers = {
        "Content-Disposition": f'attachment; filename="{payload.hash}.bin"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=31536000, immutable",
        "X-Payload-Content-Type": _printable(payload.content_type),
        "X-Payload-Fetched-At": payload.at.isoformat(),
        "X-Payload-Url": _printable(payload.url),
    }
    return Response(payload.body, media_type="application/octet-stream", headers=headers)


def _printable(text: str) -> str:
    """Fit for a header."""
    return "".join(character if " " <= character <= "~" else "?" for character in text)
