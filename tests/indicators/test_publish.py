"""Suppression: each marker at its boundaries, and an attacker who subtracts."""

from __future__ import annotations

import datetime as dt
import random

import polars as pl
import pytest
from indicators.attacker import recovered
from indicators.oracle.invented import END as LAST_DAY
from indicators.oracle.invented import FIRST, LAST, invent

import csc_returns as cr
from csc_returns.history import History
from csc_returns.indicators.engine import MEASURES
from csc_returns.indicators.publish import crossed, markers, published, sums

START, END = dt.date(2024, 4, 1), LAST_DAY
SCALE = {"percent": 100, "percent_distribution": 100, "rate_per_10000": 10_000}


def row(breakdown, category, numerator, denominator, unit="percent", la="301", **other):
    """One figure, its value rounded to a whole number."""
    value = numerator if unit == "count" else None
    if denominator and numerator is not None:
        value = float(int(numerator * SCALE.get(unit, 1) / denominator + 0.5))
    return {"indicator": "i", "variant": "default", "period_start": START, "period_end": END, "la_code": la,
            "breakdown": breakdown, "category": category, "numerator": numerator, "denominator": denominator, "value": value,
            "unit": unit, "rows_left_out": 0, "note": None, "definition_version": 1} | other  # fmt: skip


def frame(*rows):
    return pl.DataFrame(rows, schema=MEASURES)


def numbers(given, *columns):
    """Category → what is shown."""
    return {one[0]: one[1:] for one in published(given).select("category", *columns).rows()}


# -- markers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numerator", "denominator", "shown"),
    [
        (0, 40, ("0", "40", "0")), (1, 40, ("c", "40", "c")), (5, 40, ("c", "40", "c")), (6, 40, ("6", "40", "15")),
        (0, 0, ("0", "0", "z")), (0, 1, ("0", "c", "c")), (1, 1, ("c", "c", "c")), (5, 5, ("c", "c", "c")),
        (0, 6, ("0", "6", "u")), (6, 6, ("6", "6", "u")), (6, 9, ("6", "9", "u")), (6, 10, ("6", "10", "60")),
        (6, 1200, ("6", "1200", "1")), (6, 1300, ("6", "1300", "k")), (0, 1300, ("0", "1300", "0")),
        (5, 1300, ("c", "1300", "c")), (None, None, ("", "", "x")), (38, 40, ("38", "40", "95")),
    ],
)  # fmt: skip
def test_markers_of_a_percentage(numerator, denominator, shown):
    given = frame(row("total", "total", numerator, denominator))
    assert published(given).select("numerator", "denominator", "value").row(0) == shown


@pytest.mark.parametrize(
    ("unit", "numerator", "denominator", "shown"),
    [
        ("count", 0, None, ("0", "", "0")), ("count", 1, None, ("c", "", "c")), ("count", 5, None, ("c", "", "c")),
        ("count", 6, None, ("6", "", "6")), ("rate_per_10000", 5, 9000, ("c", "9000", "c")),
        ("rate_per_10000", 6, 9000, ("6", "9000", "7")), ("rate_per_10000", 6, 200_000, ("6", "200000", "k")),
        ("rate_per_10000", 6, None, ("6", "", "x")), ("rate_per_10000", 6, 3, ("6", "3", "20000")),
        ("rate_per_10000", 0, 9000, ("0", "9000", "0")),
        ("mean", 3, 6, ("3", "6", "1")), ("mean", 300, 5, ("c", "c", "c")), ("mean", 0, 0, ("0", "0", "z")),
    ],
)  # fmt: skip
def test_markers_of_other_units(unit, numerator, denominator, shown):
    given = frame(row("total", "total", numerator, denominator, unit))
    assert published(given).select("numerator", "denominator", "value").row(0) == shown


@pytest.mark.parametrize(("denominator", "shown"), [(1, ("", "c", "c")), (5, ("", "c", "c")), (6, ("", "6", "12"))])
def test_a_median_of_few_is_suppressed(denominator, shown):
    given = frame(row("total", "total", None, denominator, "days_median") | {"value": 12.0})
    assert published(given).select("numerator", "denominator", "value").row(0) == shown


def test_small_counts_in_notes_and_of_rows_left_out_are_suppressed():
    note = "3 left out: not born; 12 left out: abroad; 5 without a date; since 2 years; flagged by 1, 3"
    given = published(
        frame(*(row("total", "total", 50, 90, rows_left_out=number, note=note) for number in (0, 1, 5, 6)))
    )
    words = "c left out: not born; 12 left out: abroad; c without a date; since 2 years; flagged by 1, 3"
    assert given["note"].unique().to_list() == [words]
    assert given["rows_left_out"].to_list() == [0, None, None, 6]
    assert given.columns == MEASURES.names()


def test_nothing_is_published_of_nothing():
    assert published(pl.DataFrame(schema=MEASURES)).columns == MEASURES.names()


# -- secondary suppression ---------------------------------------------------------------------------------------------


def counts(total, unit="count", **categories):
    return frame(
        row("total", "total", total, None, unit),
        *(row("sex", name, number, None, unit) for name, number in categories.items()),
    )


@pytest.mark.parametrize(
    ("total", "categories", "shown"),
    [
        (52, {"a": 40, "b": 3, "c": 9}, {"a": "40", "b": "c", "c": "c", "total": "52"}),
        # 0 hides nothing.
        (43, {"a": 40, "b": 3, "c": 0}, {"a": "c", "b": "c", "c": "0", "total": "43"}),
        (9, {"a": 4, "b": 5, "c": 0}, {"a": "c", "b": "c", "c": "0", "total": "9"}),
        (3, {"a": 3, "b": 0}, {"a": "c", "b": "0", "total": "c"}),
        (40, {"a": 40, "b": 0}, {"a": "40", "b": "0", "total": "40"}),
        # Two of which there are two together are one each.
        (42, {"a": 1, "b": 1, "c": 40}, {"a": "c", "b": "c", "c": "c", "total": "42"}),
        # So are six of six: no sibling is left, and the total goes.
        (6, dict.fromkeys("abcdef", 1), dict.fromkeys("abcdef", "c") | {"total": "c"}),
        (46, {"a": 40, "b": 6}, {"a": "40", "b": "6", "total": "46"}),
    ],
)  # fmt: skip
def test_no_category_can_be_worked_out_from_the_total(total, categories, shown):
    given = numbers(counts(total, **categories), "numerator")
    assert {name: one[0] for name, one in given.items()} == shown


def test_a_total_that_is_suppressed_is_not_the_sum_of_another_breakdown():
    given = pl.concat([counts(6, **dict.fromkeys("abcdef", 1)), frame(row("age", "x", 6, None, "count"))])
    assert numbers(given, "numerator")["x"] == ("c",)
    assert not recovered(given, published(given))


def test_denominators_have_siblings_too_and_take_their_numerators_along():
    given = frame(
        row("total", "total", 43, 63), row("sex", "a", 3, 4), row("sex", "b", 16, 20), row("sex", "c", 24, 39)
    )
    assert numbers(given, "numerator", "denominator") == {
        "total": ("43", "63"),
        "a": ("c", "c"),
        "b": ("c", "c"),
        "c": ("24", "39"),
    }


def test_those_known_and_not_known_do_not_give_each_other_away():
    unit = "percent_distribution"
    given = frame(
        row("total", "total", 64, 64, unit),
        row("sex", "a", 40, 60, unit),
        row("sex", "b", 20, 60, unit),
        row("sex", "not known", 4, None, unit),
    )
    seen = numbers(given, "numerator", "denominator", "value")
    assert seen["not known"][0] == "c"
    assert seen["a"][1:] == ("c", "c")
    assert not recovered(given, published(given))


def test_a_part_of_those_outside_the_numerator_is_not_the_difference():
    given = frame(row("total", "total", 47, 50), row("event", "new plan", 3, 50), row("event", "enquiry", 0, 50))
    seen = numbers(given, "numerator", "denominator")
    assert seen == {"total": ("c", "50"), "new plan": ("c", "50"), "enquiry": ("0", "50")}


def test_of_parts_that_overlap_one_alone_is_not_suppressed():
    given = frame(
        row("total", "total", 30, 50), *(row("event", name, at, 50) for name, at in (("a", 3), ("b", 29), ("c", 0)))
    )
    assert numbers(given, "numerator")["b"] == ("c",)


CROSSED = {("foster", "m"): 3, ("foster", "f"): 20, ("foster", "u"): 30, ("home", "m"): 40, ("home", "f"): 2,
           ("home", "u"): 50, ("other", "m"): 11, ("other", "f"): 12, ("other", "u"): 4}  # fmt: skip


def distribution(cells, second="sex"):
    """A distribution and its crossing: first, second → count."""
    unit = "percent_distribution"
    first, last = (
        {
            name: sum(n for key, n in cells.items() if key[at] == name)
            for name in dict.fromkeys(key[at] for key in cells)
        }
        for at in (0, 1)
    )
    total = sum(cells.values())
    return frame(
        row("total", "total", total, total, unit),
        *(row("own", name, number, total, unit) for name, number in first.items()),
        *(row(second, name, number, number, unit) for name, number in last.items()),
        *(row(f"own, {second}", ", ".join(key), number, last[key[1]], unit) for key, number in cells.items() if number),
    )


def test_what_rows_and_columns_tell_only_together_is_suppressed_too():
    given = distribution(CROSSED)
    seen = numbers(given, "numerator")
    # Each row and column needs a second one; those that close a way round are enough.
    hidden = {name for name, shown in seen.items() if shown == ("c",)}
    assert {"foster, m", "home, f", "other, u"} < hidden
    assert all(", " in name for name in hidden)
    assert not recovered(given, published(given))


def test_a_way_round_is_closed_with_the_smallest_counts():
    cells = {(a, b): 100 + 10 * "xyz".index(a) + "mfu".index(b) for a in "xyz" for b in "mfu"} | {("x", "m"): 3}
    seen = numbers(distribution(cells), "numerator")
    assert {name for name, shown in seen.items() if shown == ("c",)} == {"x, m", "x, f", "y, m", "y, f"}


def test_totals_of_a_crossing_go_where_nothing_else_is_left():
    given = distribution({("x", "m"): 3, ("y", "f"): 40, ("z", "u"): 50})
    seen = numbers(given, "numerator")
    assert {name for name, shown in seen.items() if shown == ("c",)} == {"x, m", "x", "m", "y, f", "y", "f"}


def test_two_crossings_do_not_give_away_each_other():
    one = distribution({("x", "m"): 2, ("x", "f"): 1, ("y", "m"): 9, ("y", "f"): 20, ("z", "m"): 30, ("z", "f"): 40})
    two = distribution({("x", "old"): 3, ("y", "old"): 20, ("y", "young"): 9, ("z", "young"): 70}, "age")
    two = two.filter(pl.col("breakdown").str.contains("age"))
    given = pl.concat([one, two])
    seen = numbers(given, "numerator")
    assert seen["x"] == ("c",)
    assert not recovered(given, published(given))


def test_a_share_that_is_not_taken_is_not_applicable_and_a_rate_without_population_not_available():
    unit = "percent_distribution"
    given = frame(
        row("total", "total", 70, 70, unit), row("sex", "a", 60, 60, unit), row("sex", "not known", 10, None, unit)
    )
    assert numbers(given, "value")["not known"] == ("z",)
    assert markers(given)["value"].to_list() == ["100", "100", "z"]
    assert markers(frame(row("total", "total", None, None, unit)))["value"].item() == "x"
    assert markers(frame(row("total", "total", 7, None, "rate_per_10000")))["value"].item() == "x"


def test_authorities_do_not_stand_in_for_each_other_nor_does_one_without_a_code():
    given = pl.concat(
        [counts(43, a=40, b=3).with_columns(pl.lit(la, pl.String).alias("la_code")) for la in ("301", None)]
        + [counts(60, a=40, b=20).with_columns(pl.lit("302").alias("la_code"))]
    )
    assert published(given)["numerator"].to_list() == ["43", "c", "c"] * 2 + ["60", "40", "20"]


def test_a_variant_that_is_there_twice_is_suppressed_alike():
    once = counts(52, a=40, b=3, c=9)
    assert published(pl.concat([once, once]))["numerator"].to_list() == published(once)["numerator"].to_list() * 2


# -- the attacker ------------------------------------------------------------------------------------------------------


def invented(seed):
    """The figures that the engine would make of some invented children, in one unit."""
    dice = random.Random(seed)
    unit = dice.choice(["count", "percent", "percent_distribution", "shares", "of_known", "rate_per_10000"])
    size, skew = dice.choice([3, 8, 15, 40, 120]), dice.choice([1, 2, 4])

    def one_of(categories):
        return categories[int(len(categories) * dice.random() ** skew)]

    children = [
        {
            "sex": one_of(["male", "female", "not known"]),
            "age": one_of(["1-4", "5-9", "10-15", "16-17", "unborn"]),
            "own": one_of(["foster", "home, planned", "other", "none"]),
            "in": dice.random() < 1 / skew,
        }
        for _ in range(size)
    ]

    def number(**of):
        return sum(all(child[name] == value for name, value in of.items()) for child in children)

    def values(name):
        return sorted({child[name] for child in children})

    shared = unit in ("shares", "of_known")
    label = "percent_distribution" if shared else unit
    if unit in ("percent_distribution", "shares", "of_known"):
        rows = [row("total", "total", size, size, label)]
    else:
        rows = [
            row("total", "total", number(**{"in": True}), {"percent": size, "rate_per_10000": 9000}.get(unit), unit)
        ]
    for name in ("sex", "age"):
        known = sum(child[name] != "not known" for child in children)
        for value in values(name):
            here = number(**{name: value})
            if shared:
                of = size if unit == "shares" else None if value == "not known" else known
                rows.append(row(name, value, here, of, label))
            elif unit == "percent_distribution":
                rows.append(row(name, value, here, here, label))
                rows += [
                    row(f"own, {name}", f"{own}, {value}", both, here, label)
                    for own in values("own")
                    if (both := number(own=own, **{name: value}))
                ]
            else:
                inside = number(**{name: value, "in": True})
                rows.append(row(name, value, inside, here if unit == "percent" else None, unit))
    if unit == "percent_distribution":
        rows += [row("own", own, number(own=own), size, label) for own in values("own")]
    if unit == "percent":
        rows += [row("event", own, number(own=own, **{"in": dice.random() < 0.5}), size) for own in values("own")]
    return frame(*rows)


@pytest.mark.parametrize("seed", [*range(80), 388, 448])
def test_no_suppressed_count_of_invented_figures_can_be_worked_out(seed):
    given = invented(seed)
    assert not recovered(given, published(given))


def test_no_suppressed_count_of_real_figures_can_be_worked_out():
    rows = invent(seed=5, children=120)
    for child in rows["children"]:
        child["la"] = "301" if int(child["child"]) % 7 else "302"
    covered = [
        {"la": la, "collection": name, "first_day": FIRST, "last_day": LAST}
        for la in ("301", "302")
        for name in ("cin", "ssda903")
    ]
    history = History.from_rows(rows, covered)
    for options in ({"year": "2024-25"}, {"year": "2024-25", "period": "rolling"}):
        given = cr.indicators(history, population=10_000, **options)
        assert given.height > 500
        assert not recovered(given, published(given))


def test_every_small_count_is_suppressed_and_every_other_figure_is_as_it_was():
    for seed in range(80):
        given = invented(seed)
        seen = published(given)
        for column in ("numerator", "denominator"):
            if column == "denominator" and given["unit"][0] == "rate_per_10000":
                continue
            small = given[column].is_between(1, 5).fill_null(False)
            assert set(seen.filter(small)[column]) <= {"c"}
            others = given.with_columns(seen[column].alias("seen")).filter(pl.col("seen") != "c", pl.col("seen") != "")
            assert others["seen"].cast(pl.Float64).equals(others[column])


def seeds_recovered():
    return sum(bool(recovered(given, published(given))) for given in map(invented, range(80)))


def test_the_attacker_succeeds_where_only_small_counts_are_suppressed(monkeypatch):
    monkeypatch.setattr(sums, "_told", lambda sums: sums.select("part").clear())
    monkeypatch.setattr(crossed, "close", lambda crossings, hidden: False)
    assert seeds_recovered() > 20


def test_the_attacker_succeeds_where_crossings_are_looked_at_only_for_their_totals(monkeypatch):
    monkeypatch.setattr(crossed, "close", lambda crossings, hidden: False)
    assert seeds_recovered() > 5
