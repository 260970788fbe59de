"""Many topics at once: queries in; out come those that may be kept, as they were understood, and why others may not.

Understanding a query takes a third of a millisecond, so this is done in a thread, some hundreds at a time, and others
have their turn in between. Of a thousand at most it is estimated how often they will match, all at once.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from service.errors import Conflict, Refused
from service.model import Example, Saying, Topic
from service.store import Transaction
from service.topics.saving import Understood, refuse_failing, understood
from service.topics.trying import estimates
from service.topics.workbench import Workbench

AT_A_TIME = 250
MOST_ESTIMATED = 1_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """One topic of many; its id is used if there is none of its name."""

    topic: Topic
    examples: tuple[Example, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of it."""

    topic: Topic
    added: bool
    changed: bool = False


Ended = Kept | Refused


async def read_many(bench: Workbench, wanted: Sequence[Wanted]) -> list[Topic | Refused]:
    """Each topic as it was understood, or why it cannot be, in the same order."""
    found: list[Understood | Refused] = []
    for start in range(0, len(wanted), AT_A_TIME):
        some = wanted[start : start + AT_A_TIME]
        read = await asyncio.to_thread(_read, bench, some)
        found += [await _judged(bench, each, one) for each, one in zip(some, read, strict=True)]
    if 0 < len(wanted) <= MOST_ESTIMATED:
        found = await _estimated(bench, found)
    return [
        one.given(each.topic) if isinstance(one, Understood) else one for each, one in zip(wanted, found, strict=True)
    ]


async def _estimated(bench: Workbench, found: Sequence[Understood | Refused]) -> list[Understood | Refused]:
    per_day = iter(await estimates(bench, [each.query for each in found if isinstance(each, Understood)]))
    return [replace(each, per_day=next(per_day)) if isinstance(each, Understood) else each for each in found]


def _read(bench: Workbench, some: Sequence[Wanted]) -> list[Understood | Refused]:
    found: list[Understood | Refused] = []
    for each in some:
        try:
            found.append(understood(bench, each.topic.query))
        except Refused as error:
            found.append(error)
    return found


async def _judged(bench: Workbench, wanted: Wanted, read: Understood | Refused) -> Understood | Refused:
    if isinstance(read, Refused):
        return read
    try:
        await refuse_failing(bench, read.query, wanted.examples)
    except Refused as error:
        return error
    return read


@dataclass(frozen=True, slots=True)
class Terms:
    """On which terms many are kept."""

    saying: Saying
    update: bool = False
    """Change what has the name already, where it differs; else it is refused."""
    admit: Callable[[int], None] = lambda new: None
    """Told how many are new, before they are kept; raises if these are too many."""


def keep_many(tx: Transaction, wanted: Sequence[Wanted], read: Sequence[Topic | Refused], terms: Terms) -> list[Ended]:
    """Keep those that may be kept, in one transaction; the first of two of one name counts."""
    account = next((each.topic.account_id for each in wanted), "")
    taken = tx.topics.named((each.topic.name for each in wanted), account)
    ended: dict[int, Ended] = {}
    new: dict[str, int] = {}
    for number, (each, one) in enumerate(zip(wanted, read, strict=True)):
        if isinstance(one, Refused):
            ended[number] = one
        elif one.name in new or (one.name in taken and not terms.update):
            ended[number] = Conflict(f"there is a topic named {one.name!r} already")
        elif one.name in taken:
            ended[number] = _update(tx, taken[one.name], one, _said(terms.saying, each))
        else:
            new[one.name] = number
    if new:
        terms.admit(len(new))
    _add(tx, {number: (wanted[number], read[number]) for number in new.values()}, terms.saying, ended)
    return [ended[number] for number in range(len(wanted))]


def _add(
    tx: Transaction, new: dict[int, tuple[Wanted, Topic | Refused]], saying: Saying, ended: dict[int, Ended]
) -> None:
    """Those that say the same of themselves in one go."""
    groups: dict[tuple[tuple[Example, ...], str], list[int]] = {}
    for number, (each, _) in new.items():
        groups.setdefault((each.examples, each.why), []).append(number)
    for numbers in groups.values():
        topics = [one for number in numbers if isinstance(one := new[number][1], Topic)]
        kept = tx.topics.add_many(topics, _said(saying, new[numbers[0]][0]))
        ended.update((number, Kept(topic, added=True)) for number, topic in zip(numbers, kept, strict=True))


def _update(tx: Transaction, known: Topic, one: Topic, saying: Saying) -> Kept:
    live = tx.topic_versions.get(known.id, known.version)
    same = (one.query, one.enabled, saying.examples) == (known.query, known.enabled, live.examples if live else ())
    if same:
        return Kept(known, added=False)
    changed = replace(one, id=known.id, created_at=known.created_at, muted_since=known.muted_since)
    changed = replace(changed, muted_until=known.muted_until)
    return Kept(tx.topics.update(changed, saying), added=False, changed=True)


def _said(saying: Saying, wanted: Wanted) -> Saying:
    return replace(saying, examples=wanted.examples, why=wanted.why)
