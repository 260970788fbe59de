"""A query tried on stored articles: what was asked for, how far it has come, what came out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

BacktestState = Literal["waiting", "running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class Backtest:
    id: str
    account_id: str
    topic_id: str
    """Whose live version it is compared with; "" for none."""
    query: str
    since: datetime
    until: datetime
    """Articles published from `since` on and before `until`."""
    backfill: bool = True
    """Whether articles of backfills are looked at."""
    state: BacktestState = "waiting"
    error: str = ""
    done: int = 0
    total: int = 0
    """Articles looked at, of so many."""
    created_at: datetime | None = None
    finished_at: datetime | None = None
    report: dict[str, Any] | None = None
