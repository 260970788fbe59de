"""Which tests stay together when several processes share them."""

from tests.durations import known
from tests.sharing import share


def test_what_needs_kafka_goes_to_one_process() -> None:
    ids = ("tests/contract/test_services.py::test_kafka_killed", "tests/api/test_a.py::test_a[kafka]")
    assert {share(each) for each in (*ids, "tests/contract/test_broker.py::test_a[embedded]")} == {"kafka"}


def test_short_tests_of_a_file_and_those_of_a_quality_program_stay_together() -> None:
    assert share("tests/quality/test_copies.py::test_a") == share("tests/quality/test_copies.py::test_b")
    assert share("tests/api/test_a.py::test_a") == share("tests/api/test_a.py::test_b[1]")


def test_a_long_test_goes_anywhere() -> None:
    long = next(name for name in known() if name.startswith("tests/e2e/"))
    assert share(f"{long}[1]") == f"{long}[1]"
