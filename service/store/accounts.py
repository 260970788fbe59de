"""Accounts: who owns topics, endpoints, subscriptions and keys. In go new ones; out come those that are there."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import Column, Connection, String, Table, Text, select

from service.errors import Conflict, NotFound
from service.model import MAIN, Account
from service.store.endpoints import Endpoints
from service.store.table import EPOCH, Time, insert, metadata
from service.store.topics import Topics

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("closed_at", Time),
    Column("limits", Text, nullable=False),  # JSON
)

ACCOUNT = tuple(accounts.c[name] for name in Account.__dataclass_fields__)
FIRST = Account(MAIN, "Main", EPOCH)
"""As long as nothing else was said of it, there is no row for it."""


class Accounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        """Raises `Conflict` if there is one of this id, or was."""
        new = insert(self._connection, accounts).values(**_row(account)).on_conflict_do_nothing()
        if account.id == MAIN or not self._connection.execute(new.returning(accounts.c.id)).first():
            raise Conflict(f"there is an account {account.id} already")

    def get(self, account_id: str) -> Account | None:
        row = self._connection.execute(select(*ACCOUNT).where(accounts.c.id == account_id)).first()
        return _account(row) if row else FIRST if account_id == MAIN else None

    def limits(self, account_id: str) -> Mapping[str, int]:
        """What it may have, where that is not as the settings have it for all."""
        account = self.get(account_id)
        return account.limits if account else {}

    def list(self, after_id: str = "", most: int = 100) -> Sequence[Account]:
        """By id, beginning after `after_id`."""
        query = select(*ACCOUNT).where(accounts.c.id > after_id).order_by(accounts.c.id).limit(most)
        found = [_account(row) for row in self._connection.execute(query)]
        last = found[-1].id if len(found) == most else MAIN
        if after_id < MAIN <= last and MAIN not in {each.id for each in found}:
            found = sorted([*found, FIRST], key=lambda each: each.id)[:most]
        return found

    def open(self, account_id: str) -> Account:
        """The account, for something new of its own. Raises `NotFound` if there is none, or it was closed."""
        account = self.get(account_id)
        if account is None or account.closed_at:
            raise NotFound(f"there is no account {account_id}")
        return account

    def update(self, account: Account) -> None:
        """Keep another name, other limits, or that it was closed."""
        row = _row(account)
        put = insert(self._connection, accounts).values(**row)
        self._connection.execute(put.on_conflict_do_update(index_elements=["id"], set_=row))

    def close(self, account_id: str, now: datetime) -> None:
        """Let it own what it has, and no more come of it. Raises `NotFound`, `Conflict` for the first account."""
        if account_id == MAIN:
            raise Conflict(f"the account {MAIN} cannot be closed")
        self.update(replace(self.open(account_id), closed_at=now))
        Topics(self._connection).switch_off(account_id)
        Endpoints(self._connection).switch_off(account_id, "the account was closed")


def _row(account: Account) -> dict[str, Any]:
    fields = {name: getattr(account, name) for name in Account.__dataclass_fields__}
    return fields | {"limits": msgspec.json.encode(dict(account.limits)).decode()}


def _account(row: Any) -> Account:
    account = Account(*row)
    return replace(account, limits=msgspec.json.decode(row.limits, type=dict[str, int]))
