"""Which findings hold of their stories as they are now, and which have to wait. Pure.

Findings and stories in; out come those that hold, with their reasons, and those to be looked at again when their
story has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from consumers.match.findings import Finding
from consumers.match.payload import Waited, WaitedFor
from service.model import Story
from service.query import Knowledge, Match, StoryFacts, find
from service.query.tree import Fact
from service.store.waiting import Waiting

logger = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Satisfied:
    """A finding that holds of the story in which its article is."""

    finding: Finding
    story: Story
    match: Match
    waited: Waited | None = None


def satisfied(
    findings: Sequence[tuple[Finding, Story]], facts: Mapping[str, StoryFacts], now: datetime
) -> tuple[list[Satisfied], list[tuple[Waiting, Story]]]:
    """Those that hold, and those that wait from now on."""
    holding, waiting = list[Satisfied](), list[tuple[Waiting, Story]]()
    for finding, story in findings:
        known = facts.get(story.id)
        match = _match(finding, known)
        if match:
            holding.append(Satisfied(finding, story, match, _waited(finding, known)))
        elif known and finding.match and not finding.waited:
            new = Waiting(finding.topic.id, finding.article_id, finding.topic.version, now, known)
            waiting.append((new, story))
    return holding, waiting


def _match(finding: Finding, story: StoryFacts | None) -> Match | None:
    """A query that fails by a fault of ours must not keep the others from being told."""
    if not finding.watched.conditions:
        return finding.match
    document = finding.document
    try:
        return find(finding.watched.query, replace(document, more=replace(document.more, story=story)))
    except Exception as error:  # noqa: BLE001  (see above; the index counts such strikes, and this one is rare)
        logger.error("topic left out", topic=finding.topic.id, error=repr(error))
        return None


def _waited(finding: Finding, now: StoryFacts | None) -> Waited | None:
    """Since when, and for what: the conditions that are otherwise now than they were."""
    if finding.waited is None or now is None:
        return None
    then = finding.waited.story
    changed = (each for each in finding.watched.conditions if _holds(each, then) != _holds(each, now))
    return Waited(
        finding.waited.since, tuple(WaitedFor(str(each), _value(each, then), _value(each, now)) for each in changed)
    )


def _holds(condition: Fact, story: StoryFacts) -> bool:
    return Knowledge(story=story).tells(condition)


def _value(condition: Fact, story: StoryFacts) -> str:
    if condition.name == "state_only":
        return f"{story.controlled} of {story.independent}"
    return f"{getattr(story, condition.name):g}"
