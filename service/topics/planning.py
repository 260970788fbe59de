"""What has to be done so that all is as the files say: what they say, what they said before and what there is, in;
steps out. Pure.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from service.endpoint_addresses import concealed
from service.errors import Conflict
from service.store.managed import Held, Kind
from service.topics.manifest import Entry, Manifest

Action = Literal["add", "adopt", "change", "unchanged", "mark", "remove"]
ORDER: Mapping[Kind, int] = {"feed": 0, "topic": 1, "endpoint": 2, "subscription": 3}
Named = tuple[Kind, str]


@dataclass(frozen=True, slots=True)
class Present:
    """A resource as it is now."""

    id: str
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    field: str
    before: Any
    after: Any
    drift: bool = False
    """Somebody has changed it by hand since the files were applied."""


@dataclass(frozen=True, slots=True)
class Step:
    action: Action
    kind: Kind
    name: str
    changes: tuple[Change, ...] = ()
    id: str = ""
    """"" of what is to be added."""
    note: str = ""
    entry: Entry | None = None
    """As the files have it; None of what they have not."""
    held: Held | None = None
    there: Present | None = None
    """As it is now."""


def plan(manifest: Manifest, held: Iterable[Held], present: Mapping[Named, Present], prune: bool = False) -> list[Step]:
    """All steps in the order in which they are to be taken: what others need comes first, and goes last.

    What the files have no more is marked (and switched off, where it can be), and removed the next time, or at once
    with `prune`. Raises `Conflict` for what files of another owner manage."""
    known = {(each.kind, each.name): each for each in held}
    wanted = {(each.kind, each.name): each for each in manifest.entries}
    _refuse_others(manifest.owner, wanted, known)
    steps = [_step(entry, known.get(named), present.get(named)) for named, entry in wanted.items()]
    left = [each for named, each in known.items() if each.owner == manifest.owner and named not in wanted]
    gone = [_leaving(each, present.get((each.kind, each.name)), prune) for each in left]
    ordered = sorted(steps, key=lambda step: ORDER[step.kind])
    return [*sorted(gone, key=lambda step: -ORDER[step.kind]), *ordered]


def _refuse_others(owner: str, wanted: Iterable[Named], known: Mapping[Named, Held]) -> None:
    for named in wanted:
        if named in known and known[named].owner != owner:
            raise Conflict(f"{named[0]} {named[1]} is managed by the files of {known[named].owner!r}")


def _step(entry: Entry, held: Held | None, there: Present | None) -> Step:
    if there is None:
        note = "it was removed by hand" if held else ""
        return Step("add", entry.kind, entry.name, note=note, entry=entry, held=held)
    changes = tuple(_changes(entry, held, there))
    action: Action = "adopt" if held is None else "change" if changes or held.marked_at else "unchanged"
    note = "it was marked for removal" if held and held.marked_at else ""
    return Step(action, entry.kind, entry.name, changes, there.id, note, entry, held, there)


def _changes(entry: Entry, held: Held | None, there: Present) -> Iterator[Change]:
    for field, after in entry.fields.items():
        before = there.fields.get(field)
        if before != after:
            drifted = held is not None and not held.marked_at and before != held.applied.get(field)
            if entry.kind == "endpoint" and field == "url":
                before, after = concealed(before or ""), concealed(after)
            yield Change(field, before, after, drifted)


def _leaving(held: Held, there: Present | None, prune: bool) -> Step:
    if there is None:
        return Step("remove", held.kind, held.name, id=held.id, note="it is gone already", held=held)
    if prune or held.marked_at:
        return Step("remove", held.kind, held.name, id=there.id, held=held, there=there)
    note = "removed by the next apply, or by --prune"
    return Step("mark", held.kind, held.name, id=there.id, note=note, held=held, there=there)
