"""Changes of placement and moves: the days, codes and blanks on which each definition turns."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.small_histories import (
    counts,
    episode,
    figures,
    history,
    notes,
    numerator,
    numerators,
    row,
    shown,
    story,
    total,
)

# -- changes of placement ----------------------------------------------------------------------------------------------


def change(child, end, why, place="U6", **more):
    return episode(child, "2023-06-01", place=place, end=end, end_reason="X1", change_reason=why, **more)


def test_changes_of_the_year_and_their_reasons():
    made = history(
        change(0, "2024-04-01", "ALLEG"), change(1, "2025-03-31", "STAND"), change(2, "2024-06-01", "APPRR"),
        change(3, "2024-06-01", "PLACE"), change(4, "2024-06-01", "OTHER"), change(5, "2024-06-01", "CARPL"),
        change(6, "2024-06-01", "CREQB"), change(6, "2024-07-01", "CHILD"),  # two of one child
        change(7, "2024-03-31", "ALLEG"), change(8, "2025-04-01", "ALLEG"), change(9, "2024-06-01", None),
        change(10, "2024-06-01", "ALLEG", status="V4"),
        episode(11, "2024-06-01", change_reason="ALLEG"),  # still running
        change(12, "2024-06-01", "LAREQ"), change(12, "2024-06-01", "LAREQ"),  # the same row twice
    )  # fmt: skip
    assert counts(made, "cla-placement-change-allegation") == (1, 9)
    assert counts(made, "cla-placement-change-allegation", "include_standards=true") == (3, 9)
    name = "cla-unplanned-placement-endings"
    assert counts(made, name) == (6, 8)
    assert counts(made, name, "denominator=all_changes") == (6, 9)
    # Children 0 to 6, 9, 11 and 12; and 8, whose placement ended behind the year. 7 was there no more.
    assert counts(made, name, "denominator=cla_any_time") == (6, 11)
    assert counts(made, name, "reasons=CHILD") == (1, 8)
    assert shown(figures(made, name), "reason")["OTHER"] == 1


ENDED_AT_HOME = {
    "in another placement": (["P1 C2 2024-06-01 CREQB", "P K2 C2"], (1, 1)),
    "on an interim order": (["P1 C1 2024-04-01 CREQB", "P K2 C1"], (1, 1)),
    "with a relative": (["P1 C2 2024-06-01 CREQB", "P U3 C2"], (0, 1)),
    "with the other parent": (["P1 C2 2024-06-01 CREQB", "P P1 C2"], (0, 1)),
    "on no care order": (["P1 V2 2024-06-01 CREQB", "P K2 V2"], (0, 0)),
    "after the year": (["P1 C2 2025-04-01 CREQB", "P K2 C2"], (0, 0)),
    "before it": (["P1 C2 2024-03-31 CREQB", "P K2 C2"], (0, 0)),
    "the order only changed": (["P1 C1 2024-06-01 CREQB", "L P1 C2"], (0, 0)),
    "in a hospital": (["P1 C2 2024-06-01 CREQB", "P T1 C2"], (0, 1)),
}


@pytest.mark.parametrize("name", ENDED_AT_HOME)
def test_placements_with_parents_that_ended(name):
    (home, after), numbers = ENDED_AT_HOME[name]
    place, status, end, why = home.split(" ")
    reason, next_place, next_status = after.split(" ")
    made = history(
        episode(0, "2023-06-01", place=place, end=end, end_reason="X1", status=status, change_reason=why),
        episode(0, end, reason=reason, place=next_place, status=next_status),
    )
    assert counts(made, "cla-placed-with-parents-breakdown") == numbers
    assert counts(made, "cla-placed-with-parents-breakdown", "reasons=unplanned_only") == numbers


def test_the_next_placement_is_the_childs_own_and_of_the_same_day():
    made = history(
        episode(0, "2023-06-01", place="P1", end="2024-06-01", end_reason="E4A"), episode(1, "2024-06-01", place="K2"),
        episode(2, "2023-06-01", place="P1", end="2024-06-01", end_reason="X1"), episode(2, "2024-06-02", reason="P", place="K2"),
        # A holiday, and home again: it goes on.
        episode(3, "2023-06-01", place="P1", end="2024-06-01", end_reason="X1"),
        episode(3, "2024-06-01", reason="P", place="T3", end="2024-06-08", end_reason="X1"),
        episode(3, "2024-06-08", reason="P", place="P1"),
        # A planned move.
        episode(4, "2023-06-01", place="P1", end="2024-06-01", end_reason="X1", change_reason="CARPL"),
        episode(4, "2024-06-01", reason="P", place="K2"),
    )  # fmt: skip
    assert counts(made, "cla-placed-with-parents-breakdown") == (1, 3)
    assert counts(made, "cla-placed-with-parents-breakdown", "reasons=unplanned_only") == (0, 3)


# -- how often they move -----------------------------------------------------------------------------------------------

MOVES = {
    "three in the year": (["2024-04-01 S U6", "2024-06-01 P K2", "2025-03-31 P U4"], True),
    "the first ended on 1 April, so was over": (["2023-06-01 S U6", "2024-04-01 P K2", "2024-06-01 P U4"], False),
    "the first ended on 2 April": (["2023-06-01 S U6", "2024-04-02 P K2", "2024-06-01 P U4"], True),
    "the third begins behind the year": (["2024-04-01 S U6", "2024-06-01 P K2", "2025-04-01 P U4"], False),
    "placement and order at once": (["2024-04-01 S U6", "2024-06-01 B K2", "2024-07-01 B U4"], True),
    "only the order changes": (["2024-04-01 S U6", "2024-06-01 P K2", "2024-07-01 L K2"], False),
    "the same carer": (["2024-04-01 S U6", "2024-06-01 P U4", "2024-07-01 T U1", "2024-08-01 U A3"], False),
    "no reason": (["2024-04-01 S U6 A", "2024-06-01 P K2 B", "2024-07-01 . K2 B"], False),
    "hospital and back": (["2024-04-01 S U6", "2024-06-01 P K2 A", "2024-07-01 P T1", "2024-07-08 P K2 A"], False),
    "hospital and elsewhere": (["2024-04-01 S U6", "2024-06-01 P K2 A", "2024-07-01 P T1", "2024-07-08 P K2 B"], True),
    "the same postcode, written otherwise": (
        ["2024-04-01 S U6", "2024-06-01 P K2 . AB10JD", "2024-07-01 P T1", "2024-07-08 P K2 . Ab10jD"],
        False,
    ),
    "homes without a number are not one home": (
        ["2024-04-01 S U6", "2024-06-01 P K2 XXXXXXX AB10JD", "2024-07-01 P T1", "2024-07-08 P K2 XXXXXXX CD10JD"],
        True,
    ),
    "nothing is known of either but no number": (
        ["2024-04-01 S U6", "2024-06-01 P K2 XXXXXXX", "2024-07-01 P T1", "2024-07-08 P K2 XXXXXXX"],
        False,
    ),
}


@pytest.mark.parametrize("name", MOVES)
def test_moves(name):
    steps, met = MOVES[name]
    assert counts(history(*story(0, *steps)), "cla-3plus-placements") == (met, 1)


def test_a_row_sent_twice_is_one_placement():
    rows = story(0, "2024-04-01 S U6", "2024-06-01 P K2")
    assert counts(history(*rows, *rows, *rows), "cla-3plus-placements") == (0, 1)
    # Two that differ are two.
    assert counts(history(*rows, episode(0, "2024-06-01", reason="P", place="U4")), "cla-3plus-placements") == (1, 1)


def test_what_the_variants_of_moves_count():
    name = "cla-3plus-placements"
    carer = history(*story(0, "2024-04-01 S U6", "2024-06-01 P U4", "2024-07-01 T U1"))
    assert (numerator(carer, name), numerator(carer, name, "same_carer_moves=count")) == (0, 1)
    away = history(*story(0, "2024-04-01 S U6 A", "2024-06-01 P T1", "2024-07-01 P U6 A"))
    assert (numerator(away, name), numerator(away, name, "temporary=count")) == (0, 1)
    rows = story(0, "2024-04-01 S U6", "2024-06-01 P U4 A", "2024-07-01 P U4 A")
    rows[1]["change_reason"] = "PLACE"
    assert (numerator(history(*rows), name), numerator(history(*rows), name, "status_only_changes=count")) == (0, 1)
    rows[2]["urn"] = "B"
    assert numerator(history(*rows), name) == 1
    earlier = history(
        episode(0, "2024-04-01", "2024-05-01", "E4A"), *story(0, "2024-06-01 S U6", "2024-07-01 P K2"),
        # Short breaks are no placements.
        *(episode(1, f"2024-0{month}-01", f"2024-0{month}-03", "E4A", status="V4") for month in (5, 6, 7)),
        episode(1, "2024-08-01"),
    )  # fmt: skip
    assert counts(earlier, name) == (1, 2)
    assert counts(earlier, name, "earlier_periods_in_year=ignore") == (0, 2)


def test_care_over_two_years():
    two_years_ago = ["2023-03-31 S U6", "2023-04-02 P K2", "2024-06-01 P U4"]
    a_day_less = ["2023-04-01 S U6", "2023-04-02 P K2", "2024-06-01 P U4"]
    over = ["2023-03-31 S U6", "2023-04-01 P K2", "2024-06-01 P U4"]
    made = history(*story(0, *two_years_ago), *story(1, *a_day_less), *story(2, *over))
    for name, choice in (("cla-3plus-placements-2-years", None), ("cla-3plus-placements", "years=2")):
        assert counts(made, name, choice) == (1, 2)


def test_two_years_to_the_end_of_february():
    made = history(*story(0, "2024-02-29 S U6"), first="2023-04-01", last="2026-03-31")
    for as_at, number in ((dt.date(2026, 2, 28), 1), (dt.date(2026, 2, 27), 0)):
        assert counts(made, "cla-3plus-placements-2-years", as_at=as_at) == (0, number)


def test_care_that_began_before_the_returns_is_left_out_of_two_years_and_named():
    made = history(*story(0, "2023-06-01 P U6", "2024-06-01 P K2"), *story(1, "2023-06-01 S U6"))
    found = total(made, "cla-3plus-placements-2-years")
    assert (found["denominator"], found["value"]) == (0, None)
    assert notes(found) == ["1 left out: their care began before the returns, which see too little of it"]
    alone = history(*story(0, "2020-06-01 S U6"), first="2024-04-01", last="2025-03-31")
    assert total(alone, "cla-3plus-placements-2-years")["note"].startswith("not computed")


def test_a_day_within_the_year_looks_back_twelve_months_and_says_what_it_does_not_see():
    rows = story(0, "2023-06-01 S U6", "2023-10-01 P K2", "2024-05-01 P U4")
    asked = {"as_at": dt.date(2024, 9, 30)}
    found = total(history(*rows, first="2023-04-01", last="2024-09-30"), "cla-3plus-placements", **asked)
    # 1 October to 30 September: what ended on the first of these days was over.
    assert (found["numerator"], found["denominator"], notes(found)) == (0, 1, [])
    earlier = {"as_at": dt.date(2024, 9, 29)}
    assert numerator(history(*rows), "cla-3plus-placements", **earlier) == 1
    alone = total(history(*rows[1:], first="2024-04-01", last="2024-09-30"), "cla-3plus-placements", **earlier)
    assert notes(alone) == ["1 counted without placements that ended before the returns begin"]
    whole_year = history(*rows[1:], first="2024-04-01", last="2025-03-31")
    assert notes(total(whole_year, "cla-3plus-placements")) == []


def test_moves_over_twelve_months_to_the_end_of_each_quarter():
    made = history(*story(0, "2024-04-01 S U6", "2024-06-30 P K2", "2025-01-01 P U4"))
    assert numerators(made, "cla-3plus-placements", period="rolling") == [0, 0, 0, 1]


STABLE = {
    "exactly 30 months and two years": (["2022-09-30 S K2", "2023-03-31 P U6"], "2016-06-06", (1, 1)),
    "a day less than two years": (["2022-09-30 S K2", "2023-04-01 P U6"], "2016-06-06", (0, 1)),
    "a day less than 30 months": (["2022-10-01 S U6"], "2016-06-06", (0, 0)),
    "31 August 2022 and 30 months": (["2022-08-31 S U6"], "2016-06-06", (1, 1)),
    "16 on the day": (["2020-01-01 S U6"], "2009-03-31", (0, 0)),
    "16 a day later": (["2020-01-01 S U6"], "2009-04-01", (1, 1)),
    "nobody knows how old": (["2020-01-01 S U6"], None, (0, 0)),
    "the order changed": (["2020-01-01 S U6", "2024-06-01 L U6"], "2016-06-06", (1, 1)),
    "hospital and back": (["2020-01-01 S U6", "2024-06-01 P T1", "2024-06-09 P U6"], "2016-06-06", (1, 1)),
    "in hospital on the day": (["2020-01-01 S U6", "2025-03-20 P T1"], "2016-06-06", (1, 1)),
    "adopted by the carers": (["2020-01-01 S U6", "2024-06-01 U A3"], "2016-06-06", (1, 1)),
    "for adoption, with the one before": (["2022-09-30 S K2", "2023-03-31 P U6", "2024-06-01 P A6"], "2016-06-06", (1, 1)),
    "for adoption, and both too short": (["2022-09-30 S K2", "2023-04-01 P U6", "2024-06-01 P A6"], "2016-06-06", (0, 1)),
    "not for adoption": (["2022-09-30 S K2", "2023-03-31 P U6", "2024-06-01 P U4"], "2016-06-06", (0, 1)),
    "a move behind the day": (["2020-01-01 S U6", "2025-04-01 P K2"], "2016-06-06", (1, 1)),
}  # fmt: skip


@pytest.mark.parametrize("name", STABLE)
def test_long_term_stability(name):
    steps, born, numbers = STABLE[name]
    made = history(
        *story(0, *steps), first="2022-04-01", last="2025-03-31", children=[row(0, birth_date=born, la="301")]
    )
    assert counts(made, "cla-long-term-stability") == numbers


def test_care_that_began_anew_is_not_the_same_care():
    made = history(
        episode(0, "2020-01-01", "2024-06-01", "E4A"), episode(0, "2024-06-01"),
        first="2022-04-01", last="2025-03-31",
    )  # fmt: skip
    assert counts(made, "cla-long-term-stability") == (0, 0)
