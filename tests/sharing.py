"""How tests are shared out among processes: a test's id goes in, out comes what it must stay together with."""

from tests.durations import LONG, function, known

KAFKA = ("kafka", "test_broker.py", "test_crashes_for_real.py")


def share(nodeid: str) -> str:
    """All that need Kafka go to one process, so that one Kafka is started; the tests of a quality program share what
    it measured, and the short ones of a file what they stand on; every long one may go anywhere."""
    if any(name in nodeid for name in KAFKA):
        return "kafka"
    alone = known().get(function(nodeid), 0.0) >= LONG and not nodeid.startswith("tests/quality/")
    return nodeid if alone else nodeid.partition("::")[0]
