"""What people decide of stories."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

DecisionKind = Literal["merge", "split", "pin", "unpin", "undo"]
DecisionState = Literal["pending", "done", "refused"]


@dataclass(frozen=True, slots=True)
class Decision:
    """Somebody decided something of a story. Link carries it out when it comes to it."""

    id: str
    kind: DecisionKind
    story_id: str
    """As it was named."""
    at: datetime
    decided_by: str
    note: str = ""
    other_id: str = ""
    """merge: the story into which it goes. split: the story that the part becomes."""
    article_ids: tuple[str, ...] = ()
    """split: the articles that become a story of their own."""
    undoes: str = ""
    """undo: the decision that is taken back."""
    state: DecisionState = "pending"
    why: str = ""
    """Of one refused."""
    seq: int = 0
    """Its place among all that link decided; 0 while it is pending."""
    done_at: datetime | None = None
