"""Accounts: who owns topics, endpoints, subscriptions and keys. In go new ones; out come those that are there."""

from collections.abc import Sequence

from sqlalchemy import Column, Connection, String, Table, Text, select

from service.errors import Conflict, NotFound
from service.model import MAIN, Account
from service.store.table import EPOCH, Time, insert, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("closed_at", Time),
)

ACCOUNT = tuple(accounts.c[name] for name in Account.__dataclass_fields__)
FIRST = Account(MAIN, "Main", EPOCH)
"""As long as nothing else was said of it, there is no row for it."""


class Accounts:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account: Account) -> None:
        """Raises `Conflict` if there is one of this id."""
        row = {name: getattr(account, name) for name in Account.__dataclass_fields__}
        new = insert(self._connection, accounts).values(**row).on_conflict_do_nothing()
        if account.id == MAIN or not self._connection.execute(new.returning(accounts.c.id)).first():
            raise Conflict(f"there is an account {account.id} already")

    def get(self, account_id: str) -> Account | None:
        row = self._connection.execute(select(*ACCOUNT).where(accounts.c.id == account_id)).first()
        return Account(*row) if row else FIRST if account_id == MAIN else None

    def list(self, after_id: str = "", most: int = 100) -> Sequence[Account]:
        """By id, beginning after `after_id`."""
        query = select(*ACCOUNT).where(accounts.c.id > after_id).order_by(accounts.c.id).limit(most)
        found = [Account(*row) for row in self._connection.execute(query)]
        if after_id < MAIN and MAIN not in {each.id for each in found}:
            found = sorted([*found, FIRST], key=lambda each: each.id)[:most]
        return found

    def open(self, account_id: str) -> Account:
        """The account, for something new of its own. Raises `NotFound` if there is none, or it was closed."""
        account = self.get(account_id)
        if account is None or account.closed_at:
            raise NotFound(f"there is no account {account_id}")
        return account
