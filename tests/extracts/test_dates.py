"""The form that the dates of a file share, and ISO dates."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from csc_returns.extracts.dates import iso_date, shared_date_form, with_usual_dates
from csc_returns.specification import whole_specification

CIN = whole_specification("cin")

FORMS = {
    "day first": lambda day: f"{day:%d/%m}/{day.year:04d}",
    "day first, short": lambda day: f"{day.day}/{day.month}/{day.year:04d}",
    "day first, dots": lambda day: f"{day:%d.%m}.{day.year:04d}",
    "day first, dashes": lambda day: f"{day:%d-%m}-{day.year:04d}",
    "day first, midnight": lambda day: f"{day:%d/%m}/{day.year:04d} 00:00:00",
    "day first, padded": lambda day: f"  {day:%d/%m}/{day.year:04d}\n",
    "month first": lambda day: f"{day:%m/%d}/{day.year:04d}",
    "month first, short": lambda day: f"{day.month}/{day.day}/{day.year:04d}",
    "timed": lambda day: f"{day.isoformat()}T00:00:00",
    "timed, zone": lambda day: f"{day.isoformat()}T23:59:59.123+01:00",
    "timed, blank between": lambda day: f"{day.isoformat()} 00:00",
}
DATES = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))


def tables(*dates):
    """The dates spread over two tables and three columns."""
    texts = [*dates, *[None] * (-len(dates) % 3)]
    details = pl.DataFrame(
        {"CINreferralDate": texts[0::3], "CINclosureDate": texts[1::3], "ReferralSource": "01/02/2003"},
        schema=dict.fromkeys(["CINreferralDate", "CINclosureDate", "ReferralSource"], pl.String),
    )
    return {
        "CINdetails": details,
        "Section47": pl.DataFrame(
            {"S47ActualStartDate": texts[2::3]}, schema_overrides={"S47ActualStartDate": pl.String}
        ),
    }


def dates_of(found):
    columns = [
        found["CINdetails"]["CINreferralDate"],
        found["CINdetails"]["CINclosureDate"],
        found["Section47"]["S47ActualStartDate"],
    ]
    return [text for row in zip(*columns, strict=True) for text in row if text is not None]


@settings(deadline=None, max_examples=100)
@given(st.lists(DATES, min_size=3, max_size=12), st.sampled_from(sorted(FORMS)))
@example([dt.date(2024, 2, 29), dt.date(9999, 12, 31), dt.date(1, 1, 1)], "day first")
@example([dt.date(2024, 2, 29), dt.date(9999, 12, 31), dt.date(1, 1, 1)], "month first")
def test_real_dates_in_one_form_are_recognised_and_read(days, form):
    if not form.startswith("timed"):
        days = [*days, dt.date(2025, 5, 17)]  # one that tells day from month
    sent = tables(*map(FORMS[form], days))
    shared = shared_date_form(sent, CIN)
    assert shared is not None
    assert shared.order == form.split(",")[0]
    assert (shared.number, shared.of, shared.certain) == (len(days), len(days), True)
    read = with_usual_dates(sent, CIN, shared)
    assert dates_of(read) == [day.isoformat() for day in days]
    assert read["CINdetails"]["ReferralSource"].to_list() == sent["CINdetails"]["ReferralSource"].to_list()


@settings(deadline=None, max_examples=60)
@given(st.lists(DATES, max_size=12), st.sampled_from(["", "Z", "+01:00"]))
def test_iso_dates_are_no_other_form(days, zone):
    assert shared_date_form(tables(*(day.isoformat() + zone for day in days)), CIN) is None


@settings(deadline=None, max_examples=40)
@given(st.lists(st.text(max_size=12), max_size=8))
def test_any_text_is_left_as_it_is(texts):
    sent = tables(*texts)
    shared = shared_date_form(sent, CIN)
    assert shared is None
    day_first = shared_date_form(tables("17/05/2025", "18/05/2025", "19/05/2025"), CIN)
    assert with_usual_dates(sent, CIN, day_first)["CINdetails"].equals(sent["CINdetails"])


def test_dates_that_do_not_tell_day_from_month_are_read_day_first_and_marked():
    shared = shared_date_form(tables("01/02/2025", "03/04/2025", "05/06/2025"), CIN)
    assert (shared.order, shared.certain) == ("day first", False)


@pytest.mark.parametrize(("other", "recognised"), [(0, True), (1, True), (2, True), (3, False), (10, False)])
def test_nearly_all_dates_must_share_the_form(other, recognised):
    sent = tables(*["17/05/2025"] * (10 - other), *["2025-05-17"] * other)
    shared = shared_date_form(sent, CIN)
    assert (shared is not None) == recognised
    if shared:
        assert (shared.number, shared.of) == (10 - other, 10)
        assert dates_of(with_usual_dates(sent, CIN, shared)) == ["2025-05-17"] * 10


@pytest.mark.parametrize("number", [0, 1, 2])
def test_a_few_dates_are_slips_and_no_form(number):
    assert shared_date_form(tables(*["17/05/2025"] * number), CIN) is None
    assert shared_date_form(tables(*["17/05/2025"] * number, *["", "  "] * 5), CIN) is None


def test_what_does_not_fit_the_shared_form_stays_as_sent():
    texts = ["17/05/2025", "18/05/2025", "19/05/2025", "20/05/2025", "30/02/2025", "05/20/2025", "1/1/2025", "soon"]
    sent = tables(*texts)
    read = with_usual_dates(sent, CIN, shared_date_form(sent, CIN))
    expected = [
        "2025-05-17",
        "2025-05-18",
        "2025-05-19",
        "2025-05-20",
        "30/02/2025",
        "05/20/2025",
        "2025-01-01",
        "soon",
    ]
    assert dates_of(read) == expected


def test_a_text_that_is_no_date_column_does_not_count():
    assert shared_date_form({"CINdetails": pl.DataFrame({"ReferralSource": ["17/05/2025"] * 9})}, CIN) is None
    assert shared_date_form({}, CIN) is None


def read_iso(*texts):
    return (
        pl.DataFrame({"date": list(texts)}, schema={"date": pl.String})
        .select(iso_date(pl.col("date")))["date"]
        .to_list()
    )


@settings(deadline=None, max_examples=100)
@given(DATES, st.sampled_from(["", "Z", "+01:00", "-12:00"]), st.sampled_from(["", " ", "\n"]))
@example(dt.date(2024, 2, 29), "", "")
@example(dt.date(9999, 12, 31), "", "")
@example(dt.date(1, 1, 1), "", "")
def test_iso_text_round_trip(day, zone, pad):
    assert read_iso(f"{pad}{day.isoformat()}{zone}{pad}") == [day]


@pytest.mark.parametrize(
    "text",
    ["0000-01-01", "2025-02-29", "1900-02-29", "2025-13-01", "2025-00-10", "2025-01-00", "2025-1-1", "20250101", "10000-01-01",
     "-2025-01-01", "2025-01-01T00:00:00", "2025/01/01", "01/01/2025", "", " ", "2025-01-0\u0661", "2025-01-01x", None],
)  # fmt: skip
def test_what_is_no_iso_date_is_read_as_none(text):
    assert read_iso(text) == [None]


@settings(deadline=None, max_examples=80)
@given(st.text(max_size=14))
def test_any_text_is_a_date_or_none(text):
    (found,) = read_iso(text)
    assert found is None or text.strip().startswith(found.isoformat())
