"""Does it add up? What came to a stage, against what became of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """The records of a partition that were counted: from `first`, up to but without `next`."""

    first: int
    next: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """What a group has not passed yet of a partition: from `place`, up to but without `end`."""

    place: int
    end: int


@dataclass(frozen=True, slots=True)
class Balance:
    """Of one stage: `came` = the sum of `outcomes` + `in_flight` + `unaccounted`, and that last one is 0."""

    stage: str
    stream: str
    came: int
    """Records appended to the stream since counting began."""
    outcomes: Mapping[str, int]
    in_flight: int
    """Records that have no outcome yet."""
    unaccounted: int
    """Records that are gone without an outcome; less than 0 if there are more outcomes than records."""

    @property
    def even(self) -> bool:
        return not self.unaccounted


def balance(
    stage: str,
    stream: str,
    outcomes: Mapping[str, int],
    counted: Mapping[int, Counted],
    partitions: Mapping[int, Stretch],
) -> Balance:
    """Of a partition that was never counted, what lies before the group's place is from before counting began."""
    came = in_flight = 0
    for partition in counted.keys() | partitions.keys():
        stretch = partitions.get(partition)
        place = stretch.place if stretch else 0
        have = counted.get(partition) or Counted(place, place)
        end = max(stretch.end, have.next) if stretch else have.next
        came += end - have.first
        in_flight += end - have.next
    return Balance(stage, stream, came, dict(outcomes), in_flight, came - in_flight - sum(outcomes.values()))
