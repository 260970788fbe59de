"""Accounts, keys, what they may do and what they have used."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from service.api.schemas import Given, Instant, OrNone, PageQuery, Shown
from service.api.schemas.topics import Name
from service.model import Quota, Scope

AccountId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,39}$")]
Limits = Annotated[Mapping[Quota, Annotated[int, Field(ge=0, le=2**31 - 1)]], Field(examples=[{"topics": 500}])]
A_KEY = "crnt_live_8fJ2kQ0z_" + "0" * 43 + "_0aBcDe"


class AccountQuery(PageQuery):
    """Which accounts."""


class AccountGiven(Given):
    """A new account."""

    id: AccountId = Field(examples=["acme"])
    """Yours to choose, and for ever."""
    name: Name = Field(examples=["Acme Research"])
    limits: Limits = Field(default_factory=dict)
    """Of the quotas, those that are not to be as the settings have them for all."""


class AccountChange(Given):
    """What is to be changed; what is left out stays."""

    name: Name = Field(default_factory=str, examples=["Acme Research"])
    limits: Limits = Field(default_factory=dict)
    """All of its own limits: those left out are again as the settings have them."""


class Account(Shown):
    """Who owns topics, endpoints, subscriptions and keys."""

    id: str = Field(examples=["acme"])
    name: str = Field(examples=["Acme Research"])
    created_at: datetime
    closed_at: datetime | None = Field(examples=[None])
    """From then on its keys open nothing."""
    limits: Limits


class Standing(Shown):
    """How much of a quota is used."""

    quota: Quota = Field(examples=["topics"])
    limit: int = Field(examples=[200_000])
    used: int = Field(examples=[12])


class OwnAccount(Account):
    """The caller's account, and what it has used."""

    quotas: Sequence[Standing]
    """Topics, endpoints, subscriptions and keys as they are now; articles pushed and feeds added today."""


class KeyQuery(PageQuery):
    """Which keys."""


class KeyGiven(Given):
    """A new key."""

    name: Name = Field(examples=["dashboard"])
    """What it is for."""
    scopes: Sequence[Scope] = Field(min_length=1, max_length=20, examples=[["stories:read", "topics:read"]])
    """What it may do; no more than the key that makes it."""
    expires_at: Instant | None = Field(None, examples=["2027-03-14T00:00:00Z"])
    """Until when it opens; null for no end."""


class Rotation(Given):
    """How a key is to be followed by another."""

    grace_seconds: int = Field(86_400, ge=0, le=30 * 86_400, examples=[86_400])
    """How long the old one opens beside the new one."""


class Key(Shown):
    """A key to the API; its text is not kept."""

    id: str = Field(examples=["8fJ2kQ0z"])
    """The third part of its text."""
    name: str = Field(examples=["dashboard"])
    scopes: Sequence[str] = Field(examples=[["stories:read", "topics:read"]])
    created_at: datetime
    last_used_at: datetime | None
    """To the minute."""
    expires_at: datetime | None = Field(examples=[None])
    revoked_at: datetime | None = Field(examples=[None])
    successor_id: str | None = Field(examples=[None])
    """The key that takes its place."""


class KeyMade(Key):
    """A key just made."""

    key: str = Field(examples=[A_KEY])
    """Its text, shown this once: send it as `Authorization: Bearer` with every request."""


class AuditQuery(PageQuery):
    """Which entries of the audit log."""

    key: str | None = Field(None, pattern=r"^[0-9A-Za-z_.:@\-]{1,64}$")
    """The id of a key: what was done with it."""
    resource: str | None = Field(None, max_length=300, pattern=r"^[^\x00-\x1f]*$", examples=["/v1/topics/018f3a5c"])
    """What was changed: this address and all below it."""
    since: Instant | None = None
    until: Instant | None = None


class AuditEntry(Shown):
    """Who changed what, and when."""

    id: str
    at: datetime
    account_id: str = Field(examples=["main"])
    key_id: str = Field(examples=["8fJ2kQ0z"])
    """The key; `cli:` and a user's name for the command line."""
    method: str = Field(examples=["POST"])
    """`CLI` for the command line."""
    route: str = Field(examples=["/v1/topics"])
    """The route, with names in braces for what differs; of the command line, the command."""
    resource: str = Field(examples=["/v1/topics/018f3a5c2b7e9d41c0"])
    result: str = Field(examples=["201"])
    """The status of the answer; `begun` if the process ended between the change and the answer."""
    request_id: OrNone = Field(examples=["5f0c8a9be1d24c37"])
