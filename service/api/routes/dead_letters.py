"""Dead letters: list, show, retry, remove."""

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query

from service import model
from service.api.deps import ContextDep, Id, ListerDep, found
from service.api.pages import Page
from service.api.problems import INVALID_CURSOR, NOT_FOUND, documented
from service.api.schemas import Page as PageShown
from service.api.schemas.alerts import DeadLetter, DeadLetterDetail, DeadLetterQuery
from service.broker import Written
from service.store import Transaction
from service.tracing import of_request

router = APIRouter(prefix="/v1/dead-letters", tags=["dead letters"])


@router.get(
    "",
    response_model=PageShown[DeadLetter],
    summary="List dead letters",
    responses=documented(INVALID_CURSOR),
)
async def list_dead_letters(
    query: Annotated[DeadLetterQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[model.DeadLetter]:
    """Records that could not be handled, of every stage or of one; the newest first."""
    return await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, before, most: tx.dead_letters.list(query.stage, before, most),
        lambda letter: (letter.at, letter.id),
    )


@router.get(
    "/{letter_id}",
    response_model=DeadLetterDetail,
    summary="Show a dead letter",
    responses=documented(NOT_FOUND),
)
async def get_dead_letter(letter_id: Id, kept: ContextDep) -> DeadLetterDetail:
    """A dead letter with the record's value."""
    letter = found(await kept.store.read(lambda tx: tx.dead_letters.get(letter_id)), "dead letter", letter_id)
    return DeadLetterDetail.of(letter, _readable(letter.value))


@router.post(
    "/{letter_id}/retry",
    status_code=202,
    response_model=DeadLetter,
    summary="Retry a dead letter",
    responses=documented(NOT_FOUND),
)
async def retry_dead_letter(letter_id: Id, kept: ContextDep) -> model.DeadLetter:
    """Put the record back on its stream, as it was, to be handled anew. Safe to repeat. If it fails again,
    that is a new dead letter.
    """
    letter = found(await kept.store.read(lambda tx: tx.dead_letters.get(letter_id)), "dead letter", letter_id)
    await kept.broker.append(letter.stream, [Written(letter.key, letter.value, of_request())])
    return await kept.store.write(_mark, letter, kept.clock())


@router.delete("/{letter_id}", status_code=204, summary="Remove a dead letter", responses=documented(NOT_FOUND))
async def remove_dead_letter(letter_id: Id, kept: ContextDep) -> None:
    """Forget it for good."""
    gone = await kept.store.write(lambda tx: tx.dead_letters.remove(letter_id))
    found(gone or None, "dead letter", letter_id)


def _mark(tx: Transaction, letter: model.DeadLetter, now: datetime) -> model.DeadLetter:
    tx.dead_letters.mark_retried(letter.id, now)
    return found(tx.dead_letters.get(letter.id), "dead letter", letter.id)


def _readable(value: bytes) -> Any:
    """The message as JSON, or as text where it is none: that may be why it is here."""
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return value.decode("utf-8", "replace")
