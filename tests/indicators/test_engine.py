"""What the engine makes of definitions: columns, rounding, notes, periods, suppression."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import polars as pl
import pytest
from indicators.oracle.invented import AUTHORITIES, END, FIRST, LAST, invent
from indicators.small_histories import covered_by, episode, history

import csc_returns as cr
from csc_returns.history import History
from csc_returns.indicators.catalogue import not_computable
from csc_returns.indicators.dates import add_months, age, birthday_1_march
from csc_returns.indicators.engine import MEASURES, Engine
from csc_returns.indicators.indicator import all_indicators, find_indicator
from csc_returns.indicators.pages import all_pages
from csc_returns.indicators.periods import periods_of
from csc_returns.indicators.population import population_of
from csc_returns.indicators.publish import published
from csc_returns.indicators.run import jobs_of

D = dt.date


def covered(authorities=AUTHORITIES):
    return covered_by(authorities, FIRST, LAST)


def test_columns_and_order_do_not_depend_on_the_order_of_rows():
    rows = invent(seed=2, children=150)
    first = cr.indicators(History.from_rows(rows, covered()), year="2024-25", population=10_000)
    assert list(first.schema) == MEASURES.names()
    dice = random.Random(3)
    mixed = {name: dice.sample(some, len(some)) for name, some in rows.items()}
    assert first.equals(cr.indicators(History.from_rows(mixed, covered()), year="2024-25", population=10_000))


def test_one_more_authority_changes_no_figure_of_the_others():
    rows = invent(seed=4, children=150)
    whole = cr.indicators(History.from_rows(rows, covered()), year="2024-25")
    here = {row["child"] for row in rows["children"] if row["la"] == "301"}
    alone = {name: [row for row in some if row["child"] in here] for name, some in rows.items()}
    part = cr.indicators(History.from_rows(alone, covered(["301"])), year="2024-25")
    assert part.drop("note").equals(whole.filter(pl.col("la_code") == "301").drop("note"))


def ended(*reasons) -> History:
    """Children whose care ended on the last day of the year, for these reasons."""
    return history(
        *(episode(at, "2023-01-01", END, reason) for at, reason in enumerate(reasons)), first=FIRST, last=LAST
    )


@pytest.mark.parametrize(("number", "of", "value"), [(1, 8, 13.0), (1, 200, 1.0), (2, 3, 67.0), (0, 4, 0.0)])
def test_halves_are_rounded_away_from_zero(number, of, value):
    held = ended(*["E45"] * number, *["E4A"] * (of - number))
    assert cr.indicators(held, ["cla-ceased-sgo"], year="2024-25", by=[])["value"].to_list() == [value]


def test_nothing_of_nothing_is_no_value():
    row = cr.indicators(ended(), ["cla-ceased-sgo"], year="2024-25").row(0, named=True)
    assert (row["numerator"], row["denominator"], row["value"]) == (0, 0, None)


def test_a_return_that_is_not_there_gives_no_figure_and_says_so():
    row = cr.indicators(ended("E45"), ["cla-ceased-sgo"], year="2026-27").row(0, named=True)
    assert row["numerator"] is None
    assert row["note"].startswith("not computed: no children looked after return")


def test_rates_without_a_population_are_counts():
    rows = cr.indicators(ended("E45", None), ["cla-rate-31-march"], year="2024-25", by=[])
    assert rows.select("numerator", "denominator", "value", "note").row(0) == (
        0,
        None,
        None,
        "no population: count only",
    )
    table = pl.DataFrame({"la_code": ["301"], "population": [30_000]})
    rows = cr.indicators(ended("E45"), ["cla-rate-31-march"], year="2024-25", by=[], population=table)
    assert rows.select("denominator", "value").row(0) == (30_000, 0)


def test_the_children_behind_a_figure_are_as_many_as_it_counts():
    held = History.from_rows(invent(seed=6, children=150), covered())
    engine = Engine(held, population=population_of(None, held.authorities))
    variant = "s47-time-from-referral:from=cin_plan_start"
    jobs = jobs_of(held, None, "year", "2024-25", None, [variant])
    place = ["indicator", "variant", "la_code"]
    measures, children = engine.measures_and_children(jobs, [])
    assert measures.equals(engine.measures(jobs, []))
    assert children.equals(engine.children(jobs))
    totals = measures.filter(pl.col("breakdown") == "total")
    averaged = ~pl.col("unit").is_in(["percent", "percent_distribution", "rate_per_10000", "count"])
    number = pl.when(averaged).then("denominator").otherwise("numerator")
    counted = totals.select(*place, number.alias("counted")).drop_nulls()
    listed = children.group_by(place).agg(pl.col("in_numerator").sum().cast(pl.Float64).alias("listed"))
    both = counted.join(listed, on=place, how="left").with_columns(pl.col("listed").fill_null(0))
    assert both.filter(pl.col("counted") != pl.col("listed")).rows() == []
    assert both.filter((pl.col("variant") == "from=cin_plan_start") & (pl.col("listed") > 0)).height > 1


def test_a_variant_stands_beside_the_default():
    rows = cr.indicators(
        ended("E45", "E46", "E4A"),
        ["cla-ceased-sgo"],
        year="2024-25",
        by=[],
        variants=["carer_split=relative_or_friend"],
    )
    assert rows.select("variant", "numerator").rows() == [("default", 2), ("carer_split=relative_or_friend", 1)]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"indicators": ["cla-ceased-sog"]}, "cla-ceased-sgo"),
        ({"indicators": ["spend-per-child"]}, "finance"),
        ({"indicators": ["cla-3plus-placements"], "period": "quarter"}, "too short"),
        ({"indicators": ["cla-ceased-sgo"], "variants": ["cla-ceased-sgo:carer_split=aunt"]}, "cannot be 'aunt'"),
        ({"indicators": ["cla-ceased-sgo"], "variants": ["clock=previous_closure"]}, "has a variant 'clock'"),
        ({"indicators": ["cla-ceased-sgo"], "by": ["shoe size"]}, "no breakdown"),
    ],
)
def test_what_cannot_be_computed_is_refused_with_the_reason(options, words):
    with pytest.raises(ValueError, match=words):
        cr.indicators(ended("E45"), year="2024-25", **options)


def test_periods():
    assert [(one.start, one.end) for one in periods_of("quarter", "2024-25")][3] == (D(2025, 1, 1), END)
    rolling = [(one.start, one.end) for one in periods_of("rolling", "2024-25")]
    assert rolling[0] == (D(2023, 7, 1), D(2024, 6, 30))
    assert rolling[3] == (D(2024, 4, 1), END)


@pytest.mark.parametrize(
    ("day", "years"), [(D(2025, 2, 28), 0), (D(2025, 3, 1), 1), (D(2028, 2, 28), 3), (D(2028, 2, 29), 4)]
)
def test_a_birthday_on_29_february_is_1_march_in_other_years(day, years):
    frame = pl.DataFrame({"birth_date": [D(2024, 2, 29)]})
    assert frame.select(age(day)).item() == years
    assert frame.select(birthday_1_march(1)).item() == D(2025, 3, 1)


def test_months_keep_the_day_or_take_the_last_of_a_shorter_month():
    frame = pl.DataFrame({"day": [D(2024, 2, 29), D(2024, 8, 31)]})
    assert frame.select(add_months(pl.col("day"), 12))["day"][0] == D(2025, 2, 28)
    assert frame.select(add_months(pl.col("day"), 6))["day"][1] == D(2025, 2, 28)


def table_of(numbers, total, unit="percent_distribution"):
    rows = [("total", "total", total), *(("placement", name, number) for name, number in numbers.items())]
    return pl.DataFrame(
        [
            {"indicator": "i", "variant": "default", "period_start": FIRST, "period_end": END, "la_code": "301",
             "breakdown": breakdown,
             "category": category, "numerator": number, "denominator": total, "value": round(100 * number / total), "unit": unit,
             "rows_left_out": 0, "note": None, "definition_version": 1}
            for breakdown, category, number in rows
        ],
        schema=MEASURES,
    )  # fmt: skip


def shown(frame):
    return dict(frame.select("category", "numerator").rows())


def test_small_numbers_are_suppressed_and_what_would_give_them_away():
    given = published(table_of({"foster": 40, "residential": 3, "supported": 12, "other": 9}, 64))
    assert shown(given) == {"total": "64", "foster": "40", "residential": "c", "supported": "12", "other": "c"}
    assert given.filter(pl.col("category") == "other")["value"].item() == "c"


def test_zero_is_shown_and_hides_nothing():
    given = published(table_of({"foster": 40, "residential": 0, "supported": 12, "other": 9}, 61))
    assert shown(given) == {"total": "61", "foster": "40", "residential": "0", "supported": "12", "other": "9"}


def test_two_small_numbers_hide_each_other():
    given = published(table_of({"foster": 40, "residential": 3, "supported": 2, "other": 9}, 54))
    assert shown(given)["other"] == "9"


def test_a_small_count_is_suppressed_before_its_percentage_rounds_to_zero():
    few, some = published(table_of({"foster": 2}, 900)), published(table_of({"foster": 7}, 9000))
    assert few["value"].to_list()[1] == "c"
    assert some["value"].to_list()[1] == "k"


def test_every_definition_has_its_page_and_the_pages_are_up_to_date():
    folder = Path(__file__).parents[2] / "docs" / "indicators"
    held = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    assert held == all_pages(), "run python docs/indicators/generate.py"


def test_no_indicator_is_both_computed_and_not():
    assert not set(all_indicators()) & set(not_computable())
    assert len(not_computable()) == 26 + 22  # the 22 of the workforce census


@pytest.mark.parametrize("name", sorted(all_indicators()))
def test_a_definition_says_what_people_need(name):
    one = find_indicator(name)
    assert one.name
    assert len(one.definition) > 60
    assert "Example:" in one.definition
    assert one.fields
    assert one.needs
    for variant in one.variants:
        assert variant.why
        chosen = variant.default if variant.many else (variant.default,)
        assert set(chosen) <= set(variant.options)


def test_an_authority_that_nobody_names_has_figures_like_any_other():
    nobody = [{"la": None, "collection": "ssda903", "first_day": FIRST, "last_day": LAST}]
    rows = {
        "children": [{"child": 1, "birth_date": D(2012, 1, 1)}],
        "episodes": [{"child": 1, "start_date": D(2023, 1, 1), "legal_status": "C2", "placement": "U1"}],
    }
    found = cr.indicators(History.from_rows(rows, nobody), ["cla-number-31-march"], year="2024-25", by=[])
    assert found.select("la_code", "numerator").rows() == [("", 1.0)]
