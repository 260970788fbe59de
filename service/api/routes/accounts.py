"""Accounts, for the operator: list, show, add, change, close; and one's own, for everybody."""

from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from service import model
from service.api.allowance import Allowance, AllowanceDep, today
from service.api.deps import CallerDep, ContextDep, Id, ListerDep, found, json_body
from service.api.pages import Page
from service.api.problems import CONFLICT, INVALID_CURSOR, NOT_FOUND, documented, with_body
from service.api.routes.keys import Made, grantable, keep, told
from service.api.schemas import Page as PageShown
from service.api.schemas.accounts import (
    Account,
    AccountChange,
    AccountGiven,
    AccountQuery,
    KeyGiven,
    KeyMade,
    OwnAccount,
    Standing,
)
from service.api_keys import new_key
from service.store import Transaction
from service.store.quotas import STANDING

router = APIRouter(prefix="/v1/accounts", tags=["accounts"])
own = APIRouter(prefix="/v1/account", tags=["accounts"])


@own.get("", response_model=OwnAccount, summary="Show the caller's account")
async def get_own_account(caller: CallerDep, kept: ContextDep, allowed: AllowanceDep) -> dict[str, Any]:
    """The account that the key belongs to, and how much of its quotas is used."""
    return await kept.store.read(_with_quotas, caller.account_id, allowed, kept.clock())


@router.get("", response_model=PageShown[Account], summary="List accounts", responses=documented(INVALID_CURSOR))
async def list_accounts(
    query: Annotated[AccountQuery, Query()], kept: ContextDep, lister: ListerDep
) -> Page[model.Account]:
    """All accounts, closed ones too, by id."""
    return await lister.listed(
        query, str, lambda tx, after, most: tx.accounts.list(after or "", most), lambda account: account.id
    )


@router.post(
    "",
    status_code=201,
    response_model=Account,
    summary="Add an account",
    dependencies=[Depends(json_body)],
    responses=with_body(CONFLICT),
)
async def add_account(given: AccountGiven, kept: ContextDep, response: Response) -> model.Account:
    """Somebody else who is to have topics of their own. Give it a key next."""
    account = model.Account(
        given.id, given.name, kept.clock(), limits={str(each): most for each, most in given.limits.items()}
    )
    await kept.store.write(lambda tx: tx.accounts.add(account))
    response.headers["Location"] = f"/v1/accounts/{account.id}"
    return account


@router.get("/{account_id}", response_model=Account, summary="Show an account", responses=documented(NOT_FOUND))
async def get_account(account_id: Id, kept: ContextDep) -> model.Account:
    """One account."""
    return found(await kept.store.read(lambda tx: tx.accounts.get(account_id)), "account", account_id)


@router.patch(
    "/{account_id}",
    response_model=Account,
    summary="Change an account",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND),
)
async def change_account(account_id: Id, change: AccountChange, kept: ContextDep) -> model.Account:
    """Change what is given and leave the rest. Limits hold within five seconds in every process."""
    return await kept.store.write(_change, account_id, change)


@router.delete("/{account_id}", status_code=204, summary="Close an account", responses=documented(NOT_FOUND, CONFLICT))
async def close_account(account_id: Id, kept: ContextDep) -> None:
    """Its keys open nothing from now on, its topics and endpoints are switched off. Nothing of it is removed, and its
    id is never given again. `main` cannot be closed."""
    await kept.store.write(lambda tx: tx.accounts.close(account_id, kept.clock()))


@router.post(
    "/{account_id}/keys",
    status_code=201,
    response_model=KeyMade,
    summary="Add a key to an account",
    dependencies=[Depends(json_body)],
    responses=with_body(NOT_FOUND),
)
async def add_account_key(
    account_id: Id, given: KeyGiven, caller: CallerDep, kept: ContextDep, response: Response
) -> KeyMade:
    """Make a key for another account, such as its first. The answer holds its text, which is shown this once."""
    scopes, environment = grantable(given.scopes, caller), kept.settings.api.environment
    made = Made(*new_key(given.name, kept.clock(), account_id, scopes, given.expires_at, environment))
    limits = await kept.store.read(lambda tx: tx.accounts.limits(account_id))
    await kept.store.write(keep, made, Allowance(account_id, limits, kept.settings.quotas), kept.ring)
    return told(made, response)


def _change(tx: Transaction, account_id: str, change: AccountChange) -> model.Account:
    account = found(tx.accounts.get(account_id), "account", account_id)
    changed = replace(account, **change.model_dump(exclude_unset=True))
    tx.accounts.update(changed)
    return changed


def _with_quotas(tx: Transaction, account_id: str, allowed: Allowance, now: datetime) -> dict[str, Any]:
    account = found(tx.accounts.get(account_id), "account", account_id)
    daily: tuple[model.Quota, ...] = ("articles", "feeds")
    used = {quota: tx.quotas.used(account_id, quota) for quota in STANDING}
    used |= {quota: tx.quotas.spent(today(quota, account_id, now)) for quota in daily}
    standing = [Standing(quota=quota, limit=allowed.most(quota), used=number) for quota, number in used.items()]
    return Account.model_validate(account).model_dump() | {"quotas": standing}
