"""How tests are shared out among processes: a test's id goes in, out comes what it must stay together with."""

from xdist.scheduler import LoadScopeScheduling

KAFKA = ("kafka", "test_broker.py", "test_crashes_for_real.py")


class Shares(LoadScopeScheduling):
    """xdist hands out one share after the other, the largest first, to whoever has nothing to do."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)


def share(nodeid: str) -> str:
    """All that need Kafka go to one process, so that one Kafka is started; the tests of a quality program share what
    it measured; every other test may go anywhere."""
    if any(name in nodeid for name in KAFKA):
        return "kafka"
    return nodeid.partition("::")[0] if nodeid.startswith("tests/quality/") else nodeid
