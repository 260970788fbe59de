"""Whose things are: accounts, the keys to them, and what a key may do."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from service.errors import Invalid

MAIN = "main"
"""The account that is always there: what the command line makes is its own, unless told otherwise."""

Scope = Literal[
    "stories:read",
    "stories:write",
    "feeds:write",
    "topics:read",
    "topics:write",
    "endpoints:write",
    "keys:write",
    "admin",
    "operator",
]
"""What a key may do; see `service.api.scopes` for what each opens."""
SCOPES: tuple[Scope, ...] = get_args(Scope)
ADMIN: Scope = "admin"
"""All that its account may do."""
OPERATOR: Scope = "operator"
"""All that there is, what concerns the whole installation among it: accounts, dead letters."""


def holds(scopes: Iterable[str], needed: str) -> bool:
    """Whether these scopes open what needs that one."""
    held = frozenset(scopes)
    return needed in held or OPERATOR in held or (ADMIN in held and needed != OPERATOR)


def checked_scopes(given: Iterable[str]) -> tuple[Scope, ...]:
    """Each once, in one order. Raises `Invalid` for one that there is not, or if none is given."""
    wanted = frozenset(given)
    if unknown := sorted(wanted - set(SCOPES)):
        raise Invalid(f"there is no scope {unknown[0]}; there are {', '.join(SCOPES)}", "/scopes")
    if not wanted:
        raise Invalid("a key without a scope may do nothing", "/scopes")
    return tuple(each for each in SCOPES if each in wanted)


Quota = Literal["requests", "account_requests", "topics", "endpoints", "subscriptions", "keys", "articles", "feeds"]
QUOTAS: tuple[Quota, ...] = get_args(Quota)


@dataclass(frozen=True, slots=True)
class Account:
    """Who owns topics, endpoints, subscriptions and keys, and with them alerts and deliveries."""

    id: str
    name: str
    created_at: datetime
    closed_at: datetime | None = None
    """From then on its keys open nothing and its topics are switched off."""
    limits: Mapping[str, int] = field(default_factory=dict)
    """Of the quotas, those that are not as the settings have them for all."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: a key, and the account it belongs to."""

    account_id: str
    key_id: str
    scopes: frozenset[str] = field(default_factory=frozenset)

    def may(self, scope: str) -> bool:
        return holds(self.scopes, scope)


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key to the API; only a hash of it is kept."""

    id: str
    name: str
    created_at: datetime
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None
    account_id: str = MAIN
    scopes: tuple[str, ...] = (OPERATOR,)
    expires_at: datetime | None = None
    successor_id: str = ""
    """The key that takes its place; until it expires, both open."""

    def opens(self, now: datetime) -> bool:
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)
