"""What a plan was made on, in one text: steps in; out comes a fingerprint, and when it is given back with the steps of
now, what has changed in between is named, with why.

Of each resource there are 15 bytes: which it is, what was to be done, and digests of what there was and of what was
asked for.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from hashlib import blake2b
from typing import Any, get_args

import msgspec

from service.errors import Invalid, PlanChanged
from service.store.managed import Kind
from service.topics.planning import Action, Step

ACTIONS: tuple[Action, ...] = get_args(Action)
WHICH, THERE, ASKED = 8, 4, 2
SIZE = WHICH + THERE + ASKED + 1
Marks = Mapping[bytes, bytes]


def fingerprint(steps: Iterable[Step]) -> str:
    """Twenty characters for each step."""
    return urlsafe_b64encode(b"".join(which + mark for which, mark in sorted(_marks(steps).items()))).decode()


def refuse_changed(planned: str, steps: Sequence[Step]) -> None:
    """Raises `PlanChanged` if the steps are not those of which this is the fingerprint; `Invalid` if it is of none."""
    before, after = _read(planned), _marks(steps)
    faults = [(pointer(each.kind, each.name), why) for each in steps if (why := _why(before.get(_which(each)), each))]
    gone = len(before.keys() - after.keys())
    if gone:
        faults.append(("", f"{gone} of what was planned is neither in the files nor managed by them any more"))
    if faults:
        raise PlanChanged(faults)


def pointer(kind: Kind, name: str) -> str:
    """To a resource, in JSON."""
    return f"/{kind}s/" + name.replace("~", "~0").replace("/", "~1")


def _why(before: bytes | None, step: Step) -> str:
    """What has become of it since; "" if nothing has."""
    if before is None:
        return "it was not in the plan"
    now = _mark(step)
    if before == now:
        return ""
    if before[:ASKED] != now[:ASKED]:
        return "something else is asked of it than in the plan"
    action = ACTIONS[before[-1]] if before[-1] < len(ACTIONS) else "unchanged"
    if step.there is None:
        return "somebody has removed it"
    done = "added" if action == "add" else "changed"
    now_says = ", ".join(f"{each.field} is {each.before!r}" for each in step.changes)
    return f"somebody has {done} it" + (f": {now_says}" if now_says else "")


def _marks(steps: Iterable[Step]) -> dict[bytes, bytes]:
    return {_which(step): _mark(step) for step in steps}


def _which(step: Step) -> bytes:
    return _digest([step.kind, step.name], WHICH)


def _mark(step: Step) -> bytes:
    held = step.held and [step.held.id, step.held.owner, step.held.applied, step.held.marked_at]
    there = _digest([step.there and asdict(step.there), held], THERE)
    return _digest(step.entry and step.entry.fields, ASKED) + there + bytes([ACTIONS.index(step.action)])


def _digest(of: Any, size: int) -> bytes:
    return blake2b(msgspec.json.encode(of, order="sorted"), digest_size=size, person=b"courant-plan").digest()


def _read(planned: str) -> dict[bytes, bytes]:
    try:
        whole = urlsafe_b64decode(planned.encode())
    except (Error, UnicodeEncodeError, ValueError):
        whole = b"?"
    if len(whole) % SIZE:
        raise Invalid("this is no fingerprint of a plan", "/fingerprint")
    return dict(_pairs(whole))


def _pairs(whole: bytes) -> Iterator[tuple[bytes, bytes]]:
    for start in range(0, len(whole), SIZE):
        yield whole[start : start + WHICH], whole[start + WHICH : start + SIZE]
