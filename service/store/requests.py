"""Requests that are to have their effect once, whoever repeats them: claimed first, then kept with their answer.

In goes a `Claim`; out comes None if the request is ours to carry out, else what is known of it. The answer is kept
in the transaction that has the effect: either both are there or neither. Whoever lost the claim meanwhile, having
taken too long, cannot keep an answer, and so its effect is undone.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Column, Connection, LargeBinary, String, Table, delete, select, text, update

from service.errors import Collision
from service.store.table import Time, insert, metadata

requests = Table(
    "requests",
    metadata,
    Column("id", String, primary_key=True),  # a hash of the caller's API key and the key that it gave the request
    Column("fingerprint", String, nullable=False),  # of what was asked for
    Column("claim", String, nullable=False),
    Column("claimed_until", Time, nullable=False),
    Column("created_at", Time, nullable=False, index=True),
    Column("answer", LargeBinary),  # sealed; none while it is carried out
)

KEPT = timedelta(hours=24)
LEASE = timedelta(minutes=2)
"""Much longer than any request takes; whoever died holding a claim holds it no longer."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A request that somebody wants to carry out. `claim` is random: it tells one attempt from another."""

    id: str
    fingerprint: str
    claim: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """A request that is, or was, carried out by somebody else; `answer` is None until it is done."""

    fingerprint: str
    answer: bytes | None


class Requests:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(self, wanted: Claim) -> Known | None:
        """None if it is the caller's to carry out from now on."""
        self._forget(wanted)
        row = {"id": wanted.id, "fingerprint": wanted.fingerprint, "claim": wanted.claim, "created_at": wanted.at}
        put = insert(self._connection, requests).on_conflict_do_nothing()
        put = put.values(**row, claimed_until=wanted.at + LEASE)
        if self._connection.execute(put.returning(requests.c.id)).first():
            return None
        found = self._connection.execute(select(requests).where(requests.c.id == wanted.id)).first()
        return Known(found.fingerprint, found.answer) if found else Known(wanted.fingerprint, None)

    def keep(self, claimed: Claim, answer: bytes) -> None:
        """In the transaction that had the effect. Raises `Collision` if the claim was lost."""
        own = (requests.c.id == claimed.id) & (requests.c.claim == claimed.claim) & requests.c.answer.is_(None)
        if not self._connection.execute(update(requests).where(own).values(answer=answer)).rowcount:
            raise Collision("the request took longer than it may")

    def release(self, claimed: Claim) -> None:
        """It had no effect: whoever asks again is to carry it out."""
        own = (requests.c.id == claimed.id) & (requests.c.claim == claimed.claim) & requests.c.answer.is_(None)
        self._connection.execute(delete(requests).where(own))

    def prune(self, now: datetime) -> int:
        """Forget those that are past their time. Gives how many."""
        return self._connection.execute(delete(requests).where(requests.c.created_at <= now - KEPT)).rowcount

    def take_turns(self, name: str) -> None:
        """Until this transaction ends, no other one that asks for the same name goes on. SQLite has one writer."""
        if self._connection.dialect.name == "postgresql":
            self._connection.execute(text("select pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})

    def _forget(self, wanted: Claim) -> None:
        """What was done too long ago, and claims of those who died."""
        old = requests.c.created_at <= wanted.at - KEPT
        dead = requests.c.answer.is_(None) & (requests.c.claimed_until <= wanted.at)
        same = (requests.c.id == wanted.id) & (requests.c.fingerprint == wanted.fingerprint)
        self._connection.execute(delete(requests).where(requests.c.id == wanted.id, old))
        self._connection.execute(delete(requests).where(same, dead))
