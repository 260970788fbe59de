"""Keys of the caller's account: list, show, add, follow, revoke."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, documented, with_body
from service.api.schemas import Page as PageShown
from service.api.schemas.accounts import Key, KeyGiven, KeyMade, KeyQuery, Rotation
from service.api_keys import new_key
from service.errors import Forbidden, Invalid
from service.sealing import Ring
from service.store import Transaction

router = APIRouter(prefix="/v1/keys", tags=["keys"])


@router.get("", response_model=PageShown[Key], summary="List keys", responses=documented(INVALID_CURSOR))
async def list_keys(
    query: Annotated[KeyQuery, Query()], caller: CallerDep, kept: ContextDep, lister: ListerDep
) -> Page[Key]:
    """All keys of the account, revoked ones too, the oldest first; without their texts."""
    page = await lister.listed(
        query,
        tuple[datetime, str],
        lambda tx, after, most: tx.keys.list(caller.account_id, after, most),
        lambda key: (key.created_at, key.id),
    )
    return page.showing(shown)


@router.post(
    "",
    status_code=201,
    response_model=KeyMade,
    summary="Add a key",
    dependencies=[Depends(json_body)],
    responses=with_body(),
)
async def add_key(
    given: KeyGiven, caller: CallerDep, kept: ContextDep, allowed: AllowanceDep, response: Response
) -> KeyMade:
    """Make a key for the account. The answer holds its text, which is shown this once."""
    granted = grantable(given.scopes, caller)
    made = _made(given, caller.account_id, granted, kept.clock(), kept.settings.api.environment)
    await kept.store.write(keep, made, allowed, kept.ring)
    return told(made, response)


@router.get("/{key_id}", response_model=Key, summary="Show a key", responses=documented(NOT_FOUND))
async def get_key(key_id: Id, caller: CallerDep, kept: ContextDep) -> Key:
    """One key; without its text."""
    return shown(found(await kept.store.read(lambda tx: tx.keys.get(key_id, caller.account_id)), "key", key_id))


@router.post(
    "/{key_id}:rotate",
    status_code=201,
    response_model=KeyMade,
    summary="Let another key follow a key",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND, CONFLICT),
)
async def rotate_key(key_id: Id, given: Rotation, caller: CallerDep, kept: ContextDep, response: Response) -> KeyMade:
    """Make a key of the same name and scopes. Both open until the seconds of grace are over, then the new one alone."""
    now = kept.clock()
    until = now + timedelta(seconds=given.grace_seconds)
    old = found(await kept.store.read(lambda tx: tx.keys.get(key_id, caller.account_id)), "key", key_id)
    grantable(old.scopes, caller)
    made = Made(*new_key(old.name, now, old.account_id, old.scopes, environment=kept.settings.api.environment))
    await kept.store.write(_follow, old, made, until, kept.ring)
    return told(made, response)


@router.delete("/{key_id}", status_code=204, summary="Revoke a key", responses=documented(NOT_FOUND))
async def revoke_key(key_id: Id, caller: CallerDep, kept: ContextDep) -> None:
    """From now on the key opens nothing, within five seconds in every process. It stays on the list."""
    gone = await kept.store.write(lambda tx: tx.keys.revoke(key_id, caller.account_id, kept.clock()))
    found(gone or None, "key", key_id)


@dataclass(frozen=True, slots=True)
class Made:
    """A key and its text."""

    key: model.ApiKey
    text: str


def grantable(scopes: Iterable[str], caller: model.Caller) -> tuple[model.Scope, ...]:
    """Raises `Forbidden` for a scope that the caller has not: no key makes a stronger one."""
    wanted = model.checked_scopes(scopes)
    if lacking := [each for each in wanted if not caller.may(each)]:
        raise Forbidden(f"A key gives no scope that it does not have: {lacking[0]}.", lacking[0])
    return wanted


def _made(given: KeyGiven, account_id: str, scopes: tuple[model.Scope, ...], now: datetime, environment: str) -> Made:
    if given.expires_at is not None and given.expires_at <= now:
        raise Invalid("it would open nothing: the time has passed", "/expires_at")
    return Made(*new_key(given.name, now, account_id, scopes, given.expires_at, environment))


def keep(tx: Transaction, made: Made, allowed: Allowance, ring: Ring) -> None:
    tx.accounts.open(made.key.account_id)
    allowed.admit(tx, "keys")
    tx.keys.add(made.key, made.text, ring)


def _follow(tx: Transaction, old: model.ApiKey, made: Made, until: datetime, ring: Ring) -> None:
    tx.keys.follow(old, made.key, until)
    tx.keys.add(made.key, made.text, ring)


def told(made: Made, response: Response, below: str = "/v1/keys") -> KeyMade:
    response.headers["Location"] = f"{below}/{made.key.id}"
    response.headers["Cache-Control"] = "no-store"
    return KeyMade(**shown(made.key).model_dump(), key=made.text)


def shown(key: model.ApiKey) -> Key:
    fields = asdict(replace(key)) | {"successor_id": key.successor_id or None}
    return Key.model_validate(fields)
