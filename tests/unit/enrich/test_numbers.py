"""Numbers in one written form."""

import pytest

from consumers.enrich.figures.numbers import MOST, numbers


@pytest.mark.parametrize(
    "written", ["1300", "1,300", "1.300", "1 300", "1\u00a0300", "1\u202f300", "1'300", "1’300", "01300"]
)
def test_thousands_are_written_alike(written: str) -> None:
    assert numbers(f"Some {written} boats") == ("1300",)


@pytest.mark.parametrize("written", ["2,5", "2.5", "2.50", "02,5"])
def test_decimals_are_written_alike(written: str) -> None:
    assert numbers(f"{written} metres") == ("2.5",)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,234,567.89 or 1.234.567,89", ("1234567.89",)),
        ("1 300,5 tonnes", ("1300.5",)),
        ("1,30,000 rupees", ("130000",)),
        ("0.300 of it", ("0.3",)),
        ("on 12.05.2026 and 2026-05-12", ("2026",)),
        ("in 2026", ("2026",)),
        ("the 2024-25 season", ("2024", "2025")),
        ("2019-2021", ("2019", "2021")),
        ("between 5-10 boats", ("5", "10")),
        ("at 18:30", ()),
        ("version 1.2.3", ()),
        ("the B52, the G7 and A4", ()),
        ("1300万人", ("1300",)),
        ("عدد ١٢٣ و ۴۵", ("123", "45")),
        ("३०० लोग", ("300",)),
        ("call 0044123456789012345678", ()),
        ("twelve", ()),
        ("", ()),
        ("10. 20, 30!", ("10", "20", "30")),
        ("2026 100 boats", ("2026", "100")),
    ],
)
def test_what_counts_as_a_number(text: str, found: tuple[str, ...]) -> None:
    assert numbers(text) == found


def test_each_number_is_told_once_in_order() -> None:
    assert numbers("7 boats, 3 crews, 7 days") == ("7", "3")


def test_a_table_of_numbers_is_cut() -> None:
    assert len(numbers(" ".join(map(str, range(5000))))) == MOST


def test_hostile_digits_take_no_time() -> None:
    assert numbers("1." * 50_000) == ()
    assert numbers("1 000 " * 20_000) != ()
