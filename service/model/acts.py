"""Who changed what, and when: the entries of the audit log."""

from dataclasses import dataclass
from datetime import datetime

BEGUN = "begun"


@dataclass(frozen=True, slots=True)
class Act:
    """One request, or one command, that changed something or asked to. No secret stands in it."""

    id: str
    at: datetime
    account_id: str
    key_id: str
    """The key; `cli:` and a user's name for the command line."""
    method: str
    """`CLI` for the command line."""
    route: str
    """With names in braces for what differs; of the command line, the command."""
    resource: str
    result: str = BEGUN
    """The status of the answer, or `done`; `begun` if the process ended between the change and the answer."""
    request_id: str = ""
