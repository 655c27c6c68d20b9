"""A local list of pre-proceedings beside returns."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from support.small_returns import census

import csc_returns as cr
from csc_returns.history import build_history, with_pre_proceedings

D = dt.date
COLUMNS = ["child_id", "dob_or_expected_dob", "started", "ended", "outcome"]
ID = "pre-proceedings-children"


def returns(*authorities: str, year: str = "2024-25"):
    child = [{"LAchildID": "A1", "PersonBirthDate": "2012-03-04"}]
    return build_history([census(year, la, ChildIdentifiers=child) for la in authorities or ("301",)])


def listing(*rows: tuple[str | None, ...]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")


ROWS = listing(
    ("a1", "2012-03-04", "2024-04-01", None, None),
    ("B2", "01/06/2024", "31/03/2025", "", ""),
    # Not born when it began; twice in the year.
    ("C3", "2024-09-10", "2024-09-09", "2024-12-01", "A"),
    ("C3", "2024-09-10", "2025-01-05", None, None),
    ("D4", "2024-02-01", "2024-03-31", "2024-04-01", None),
    ("E5", "2024-02-01", "2025-04-01", None, None),
)


def test_children_of_the_list_are_those_of_the_returns_or_new_ones():
    history = with_pre_proceedings(returns(), ROWS)
    children = history.frames["children"].sort("child_id")
    assert children["child_id"].to_list() == ["A1", "B2", "C3", "D4", "E5"]
    assert children["child"].n_unique() == 5
    born = [D(2012, 3, 4), D(2024, 6, 1), D(2024, 9, 10), D(2024, 2, 1), D(2024, 2, 1)]
    assert children["birth_date"].to_list() == born
    events = history.frames["pre_proceedings"].sort("start_date")
    assert events["decision_date"].to_list() == [D(2024, 4, 1), None, D(2024, 12, 1), None, None, None]
    assert events["outcome"].drop_nulls().to_list() == ["A"]


def test_the_figure_of_a_year_before_the_census_asks():
    def shown(*variants: str) -> dict[str, float | None]:
        found = cr.indicators(
            returns(), [ID], year="2024-25", variants=[",".join(variants)] if variants else None, pre_proceedings=ROWS
        )
        wanted = ",".join(variants) or "default"
        rows = found.filter((pl.col("variant") == wanted) & pl.col("breakdown").is_in(["total", "age_band"]))
        return dict(rows.select("category", "numerator").rows())

    assert shown() == {"total": 4, "unborn": 1, "0": 2, "10-15": 1}
    assert shown("measure=ended")["total"] == 2
    assert shown("measure=active_at_date")["total"] == 3
    assert shown("start_event=LBPSentDate") == {"total": None}


def test_without_a_list_there_is_no_figure_and_the_way_to_one_is_said():
    row = cr.indicators(returns(), [ID], year="2024-25", by=[]).row(0, named=True)
    assert row["numerator"] is None
    assert row["note"] == "not computed: collected from 2026-27 (before that from a local list: --pre-proceedings)"
    other = cr.indicators(returns(), ["fgdm-offered"], year="2024-25", by=[], pre_proceedings=ROWS).row(0, named=True)
    assert other["numerator"] is None


def test_an_authority_without_a_row_has_no_figure():
    of_one = ROWS.with_columns(pl.lit("E09000003").alias("la_code"))
    found = cr.indicators(returns("301", "302"), [ID], year="2024-25", by=[], pre_proceedings=of_one)
    total = found.filter(pl.col("breakdown") == "total")
    assert dict(total.select("la_code", "numerator").rows()) == {"301": None, "302": 4}


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (ROWS.drop("ended"), "needs the column ended"),
        (listing((None, "2012-03-04", "2024-04-01", None, None)), "row 2 has nothing as child_id"),
        (listing(("A1", "2012-03-04", None, None, None)), "row 2 has nothing as started"),
        (listing(("A1", "2012-03-04", "2024-13-01", None, None)), "row 2 has a value as started"),
        (listing(("A1", "4 March", "2024-04-01", None, None)), "row 2 has a value as dob_or_expected_dob: write a day"),
        (
            ROWS.with_columns(pl.lit("302").alias("la_code")),
            "row 2 has '302' as la_code: no return is of this authority",
        ),
    ],
)
def test_a_list_that_cannot_be_used_is_refused_with_row_and_column(table, words):
    with pytest.raises(ValueError, match=words):
        with_pre_proceedings(returns(), table)


def test_a_list_that_does_not_say_the_authority_cannot_be_for_several():
    with pytest.raises(ValueError, match="needs the column la_code"):
        with_pre_proceedings(returns("301", "302"), ROWS)
