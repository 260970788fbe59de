"""The tables of a transaction, by group: out of its connection comes what reads and writes some of them, made when it
is first asked for."""

from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection

from service.sources import Sources

T = TypeVar("T")


class Open(Protocol):
    """A transaction."""

    connection: Connection
    known: Sources


class Group(Generic[T]):
    """An attribute of transactions."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self._make, self._name = make, ""

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, tx: Open, owner: type) -> T:
        made = self._make(tx)
        vars(tx)[self._name] = made  # found there from now on, without asking us
        return made


def on(make: Callable[[Connection], T]) -> Group[T]:
    return Group(lambda tx: make(tx.connection))


def knowing(make: Callable[[Connection, Sources], T]) -> Group[T]:
    """With what is known of sources."""
    return Group(lambda tx: make(tx.connection, tx.known))
