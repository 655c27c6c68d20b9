import datetime as dt

import polars as pl
import pytest

from csc_returns.validation.rules.ssda903.shared.birthdays import aged, aged_between, birthday
from csc_returns.validation.rules.ssda903.shared.values import (
    all_filled,
    any_blank,
    any_filled,
    blank,
    differ,
    differ_or_blank,
    filled,
    none_filled,
    none_of,
    number,
    one_of,
    partial_date,
    partial_date_end,
    same,
    same_and_filled,
)
from csc_returns.validation.rules.ssda903.shared.years import (
    inside_last_years_window,
    last_years_window,
    since_last_years_start,
)


def one(expression: pl.Expr, **values: object) -> object:
    return pl.DataFrame({name: [value] for name, value in values.items()}).select(expression).item()


def test_a_date_that_cannot_be_read_is_filled():
    assert one(filled("DEC"), DEC=None, DEC_sent="31/02/2025") is True
    assert one(blank("DEC"), DEC=None, DEC_sent=None) is True
    assert one(filled("DEC", "_other"), DEC_sent_other="1") is True
    assert one(filled("SDQ_SCORE"), SDQ_SCORE="X") is True
    assert one(blank("DATE_PERM"), DATE_PERM="ZZ/05/2021") is False


def test_filled_of_several():
    two = {"IN_TOUCH": "YES", "ACTIV": None}
    assert one(any_filled(*two), **two) is True
    assert one(all_filled(*two), **two) is False
    assert one(any_blank(*two), **two) is True
    assert one(none_filled(*two), **two) is False
    assert one(none_filled("ACTIV"), **two) is True


def test_codes_and_numbers():
    assert one(one_of("LS", ("V3",)), LS=pl.Series([None], dtype=pl.String)[0]) is False
    assert one(none_of("LS", ("V3",)), LS="V3") is False
    assert one(none_of("LS", ("V3",)), LS=None) is True
    assert one(number("MOTHER"), MOTHER="01") == 1
    assert one(number("MOTHER"), MOTHER="1.0") == 1
    assert one(number("MOTHER"), MOTHER="ONE") is None


@pytest.mark.parametrize(
    ("left", "right", "as_values", "as_filled"),
    [("A", "A", True, True), ("A", "B", False, False), (None, "A", False, False), (None, None, True, False)],
)
def test_equal_and_different(left, right, as_values, as_filled):
    texts = pl.DataFrame({"x": [left], "y": [right]}, schema={"x": pl.String, "y": pl.String})
    assert texts.select(same("x", "y")).item() is as_values
    assert texts.select(differ("x", "y")).item() is not as_values
    assert texts.select(same_and_filled("x", "y")).item() is as_filled
    assert texts.select(differ_or_blank("x", "y")).item() is not as_filled


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("5/4/2021", (2021, 4, 5), (2021, 4, 5)),
        ("ZZ/05/2021", (2021, 5, 1), (2021, 5, 31)),
        ("ZZ/ZZ/1993", (1993, 1, 1), (1993, 12, 31)),
        ("05/ZZ/2020", (2020, 1, 5), (2021, 1, 4)),
        ("ZZ/ZZ/ZZZZ", (2000, 1, 1), (2000, 12, 31)),
        ("ZZ/02/ZZZZ", (2000, 2, 1), (2000, 2, 29)),
        ("ZZ/ZZ/ZZ", None, None),
        ("31/02/2020", None, None),
        ("05/05/20", None, None),
        ("05/2020", None, None),
        ("01/02/03/2020", None, None),
        (None, None, None),
    ],
)
def test_dates_with_unknown_parts(text, first, last):
    frame = pl.DataFrame({"DATE_PERM": [text]}, schema={"DATE_PERM": pl.String})
    assert frame.select(partial_date("DATE_PERM")).item() == (first and dt.date(*first))
    assert frame.select(partial_date_end("DATE_PERM")).item() == (last and dt.date(*last))


def test_birthdays():
    leap = dt.date(2008, 2, 29)
    assert one(birthday(18), DOB=leap) == dt.date(2026, 2, 28)
    assert one(birthday(4, "DOB_Header"), DOB_Header=leap) == dt.date(2012, 2, 29)
    assert one(aged(18, dt.date(2026, 2, 28)), DOB=leap) is True
    assert one(aged(18, dt.date(2026, 2, 27)), DOB=leap) is False
    assert one(aged(18, pl.col("DECOM")), DOB=leap, DECOM=dt.date(2026, 2, 28)) is True


@pytest.mark.parametrize(
    ("born", "within"),
    [((2009, 4, 1), False), ((2009, 3, 31), True), ((2007, 4, 1), True), ((2007, 3, 31), False)],
)
def test_aged_17_or_18_at_the_end_of_the_year(born, within):
    assert one(aged_between(17, 18, dt.date(2026, 3, 31)), DOB=dt.date(*born)) is within


def test_last_years_window(returned):
    data = returned()
    assert last_years_window(data) == (dt.date(2024, 4, 1), dt.date(2025, 3, 31))
    days = [dt.date(2024, 3, 31), dt.date(2024, 4, 1), dt.date(2025, 3, 31), dt.date(2025, 4, 1), dt.date(2026, 3, 31)]
    frame = pl.DataFrame({"day": [*days, dt.date(2026, 4, 1)]})
    inside = frame.select(
        last=inside_last_years_window("day", data), since=since_last_years_start("day", data)
    ).to_dict(as_series=False)
    assert inside == {
        "last": [False, True, True, False, False, False],
        "since": [False, True, True, True, True, False],
    }
