"""What the caller's account may have: in go its limits and the settings' for all, out comes a refusal or nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import Depends, Request

from service.api.deps import CallerDep, ContextDep
from service.errors import TooMany
from service.model import Quota
from service.settings import QuotaSettings
from service.store import Transaction
from service.store.quotas import Window

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Allowance:
    account_id: str
    limits: Mapping[str, int]
    """The account's own."""
    settings: QuotaSettings

    def most(self, quota: Quota) -> int:
        return self.limits.get(quota, getattr(self.settings, quota))

    def admit(self, tx: Transaction, quota: Quota, more: int = 1) -> None:
        """Before so many more of something are added. Raises `QuotaReached`."""
        tx.quotas.admit(self.account_id, quota, self.most(quota), more)

    def charge(self, tx: Transaction, quota: Quota, number: int, now: datetime) -> None:
        """So many of what there is a number of for every day. Raises `TooMany`."""
        day = today(quota, self.account_id, now)
        if not tx.quotas.charge(day, self.most(quota), number):
            raise TooMany(quota, self.most(quota), int((day.begins_at + DAY - now).total_seconds()) + 1)


def today(quota: Quota, account_id: str, now: datetime) -> Window:
    """The day in UTC."""
    return Window(quota, account_id, now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0))


async def allowance(request: Request, caller: CallerDep, kept: ContextDep) -> Allowance:
    return Allowance(caller.account_id, request.state.limits, kept.settings.quotas)


AllowanceDep = Annotated[Allowance, Depends(allowance)]
