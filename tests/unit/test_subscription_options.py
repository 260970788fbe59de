"""What is typed for a subscription."""

import pytest

from consumers.cli.options import follow_of, timing_of
from service.errors import Invalid
from service.model import Follow, Grew, Timing


def test_what_is_to_follow_is_typed_in_words() -> None:
    assert follow_of([]) == Follow()
    found = follow_of(["independent>=10", "independent>=3", "languages>=2", "merged", "no-revised"])
    assert found == Follow(Grew(independent=(3, 10), languages=(2,)), revised=False, merged=True)


@pytest.mark.parametrize(
    "word", ["", "independent", "independent>=0", "independent>3", "no-", "no-independent>=3", "x"]
)
def test_what_cannot_follow_is_refused_with_what_can(word: str) -> None:
    with pytest.raises(Invalid, match=r"follow: .* is none of independent>=3, .*no-merged"):
        follow_of([word])


def test_when_to_tell_is_typed_by_name() -> None:
    assert timing_of([]) == Timing()
    found = timing_of(["digest=0 7 * * mon-fri", "time_zone=Europe/Vilnius"])
    assert found == Timing("0 7 * * mon-fri", "", "Europe/Vilnius")


@pytest.mark.parametrize("pair", ["", "digest", "hour=7", "digest=7", "quiet_hours=22-7", "time_zone=Vilnius"])
def test_what_is_no_time_is_refused(pair: str) -> None:
    with pytest.raises(Invalid):
        timing_of([pair])
