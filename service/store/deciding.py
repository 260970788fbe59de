"""Taking a decision of people down: what somebody wants comes in, checked against the stories as they stand; out comes
the decision, which link will carry out."""

from datetime import datetime
from hashlib import sha256

from service.errors import Conflict, Invalid, NotFound
from service.model import fresh_id
from service.model.decisions import Decision
from service.store.decisions import Decisions
from service.store.memberships import Memberships
from service.store.stories import Stories
from service.store.ties import Ties

REVERSIBLE = ("merge", "split", "pin")


def fresh_decision_id(now: datetime) -> str:
    return f"dc_{fresh_id(now)}"


def part_id(decision_id: str) -> str:
    """The story that a split makes."""
    return "st_" + sha256(f"part {decision_id}".encode()).hexdigest()[:20]


class Deciding:
    """Checks what can be checked at once; what happens until link comes to it, link will see."""

    def __init__(self, stories: Stories, memberships: Memberships, ties: Ties, decisions: Decisions) -> None:
        self._stories, self._memberships, self._ties, self._decisions = stories, memberships, ties, decisions

    def decide(self, decision: Decision) -> Decision:
        """Note it down. Raises `NotFound`, `Invalid` or `Conflict` if it cannot be done."""
        story_id = self._stories.get(decision.story_id).id
        if decision.kind == "merge":
            self._check_merge(story_id, decision.other_id)
        elif decision.kind == "split":
            self._check_split(story_id, decision.article_ids)
        elif decision.kind == "undo":
            self._check_undo(decision.undoes)
        return self._decisions.add(decision)

    def _check_merge(self, story_id: str, other_id: str) -> None:
        try:
            into = self._stories.get(other_id).id
        except NotFound as error:
            raise Invalid(str(error), "/into") from None
        if into == story_id:
            raise Invalid(f"{other_id} is the same story", "/into")
        self._check_free(story_id)
        self._check_free(into)

    def _check_split(self, story_id: str, article_ids: tuple[str, ...]) -> None:
        own = {each.article_id for each in self._memberships.of_story(story_id)}
        if strangers := [each for each in article_ids if each not in own]:
            raise Invalid(f"the article {strangers[0]} is not in the story {story_id}", "/articles")
        if not article_ids or own == set(article_ids):
            raise Invalid("name some of the story's articles, and not all of them", "/articles")
        self._check_free(story_id)

    def _check_undo(self, decision_id: str) -> None:
        before = self._decisions.get(decision_id)
        if before is None:
            raise NotFound(f"there is no decision {decision_id}")
        if before.kind not in REVERSIBLE or before.state != "done" or self._decisions.undone(decision_id):
            raise Conflict(f"the decision {decision_id} was not carried out, or cannot be taken back")

    def _check_free(self, story_id: str) -> None:
        if story_id in self._ties.rulings().pinned:
            raise Conflict(f"the story {story_id} is pinned: unpin it first")
