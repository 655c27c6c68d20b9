"""Ends of care, changes of placement and moves: the days, codes and blanks on which each definition turns."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.care_histories import count, episode, figure, figures, history, notes, of, row, shown, story

from csc_returns.history import build_history
from csc_returns.history.build import one_return

# -- ends --------------------------------------------------------------------------------------------------------------

ENDS = {
    "the first day of the year": (episode(0, "2023-06-01", end="2024-04-01", ended="E41"), (1, 1)),
    "the last day": (episode(0, "2023-06-01", end="2025-03-31", ended="E41"), (1, 1)),
    "the day before the year": (episode(0, "2023-06-01", end="2024-03-31", ended="E41"), (0, 0)),
    "the day behind it": (episode(0, "2023-06-01", end="2025-04-01", ended="E41"), (0, 0)),
    "no end of care": (episode(0, "2023-06-01", end="2024-06-01", ended="X1"), (0, 0)),
    "no reason": (episode(0, "2023-06-01", end="2024-06-01"), (0, 0)),
    "a reason without a day": (episode(0, "2023-06-01", ended="E41"), (0, 0)),
    "a short break": (episode(0, "2023-06-01", end="2024-06-01", ended="E41", status="V4"), (0, 0)),
    "for another reason": (episode(0, "2023-06-01", end="2024-06-01", ended="E4A"), (0, 1)),
}


@pytest.mark.parametrize("name", ENDS)
def test_ends(name):
    rows, numbers = ENDS[name]
    made = history(rows)
    assert of(made, "cla-ceased-cao") == numbers
    assert count(made, "cla-ceasing-rate") == numbers[1]
    assert count(made, "cla-ceased-out-of-care-orders", "show=count") == numbers[0]
    assert count(made, "cla-ceased-out-of-care-orders", "show=rate_per_10000") == numbers[0]


def test_the_last_of_several_ends_counts_whatever_came_behind():
    made = history(
        # Home, back, and out on an order: the order. An order, back, and still there: the order.
        episode(0, "2023-06-01", end="2024-05-01", ended="E4A"), episode(0, "2024-06-01", end="2024-12-01", ended="E45"),
        episode(1, "2023-06-01", end="2024-05-01", ended="E46"), episode(1, "2024-06-01"),
        # An order, and behind the year home.
        episode(2, "2023-06-01", end="2024-05-01", ended="E11"), episode(2, "2024-06-01", end="2025-05-01", ended="E4A"),
        # Episodes that overlap: the one that ended last, though it began first.
        episode(3, "2023-06-01", end="2025-01-01", ended="E47"), episode(3, "2024-06-01", end="2024-07-01", ended="E4B"),
    )  # fmt: skip
    assert of(made, "cla-ceased-sgo") == (3, 4)
    assert of(made, "cla-ceased-sgo", "carer_split=relative_or_friend") == (2, 4)
    assert of(made, "cla-ceased-sgo", "carer_split=former_foster_carer") == (2, 4)
    assert of(made, "cla-ceased-adopted") == (1, 4)
    assert of(made, "reunification-rate") == (0, 4)
    assert of(made, "cla-ceased-out-of-care-orders") == (4, 4)


def test_going_home_and_to_whom():
    reasons = ["E4A", "E4B", "E13", "E3"]
    made = history(*(episode(at, "2023-06-01", end="2025-03-31", ended=code) for at, code in enumerate(reasons)))
    assert of(made, "reunification-rate") == (2, 4)
    assert of(made, "reunification-rate", "codes=E4A+E4B+E13") == (3, 4)
    assert shown(figures(made, "reunification-rate"), "reason") == {"E4A": 1, "E4B": 1, "E13": 1}


BACK = {
    # went home, started again, born; what it gives when the returns go on to 2026-03-31
    "the same day": ("2024-08-31", "2024-08-31", None, (0, 1)),
    "the next day": ("2024-08-31", "2024-09-01", None, (1, 1)),
    "exactly twelve months": ("2024-08-31", "2025-08-31", None, (1, 1)),
    "a day more": ("2024-08-31", "2025-09-01", None, (0, 1)),
    "18 a day behind": ("2024-08-31", "2024-09-01", "2007-09-01", (1, 1)),
    "18 on the last day": ("2024-08-31", "2024-09-01", "2007-08-31", (0, 0)),
    "18 before": ("2024-08-31", "2024-09-01", "2007-01-01", (0, 0)),
    "never": ("2024-08-31", None, None, (0, 1)),
}


@pytest.mark.parametrize("name", BACK)
def test_coming_back(name):
    left, again, born, numbers = BACK[name]
    rows = [episode(0, "2023-06-01", end=left, ended="E13")] + [episode(0, again)] * bool(again)
    made = history(*rows, covered=("2023-04-01", "2026-03-31"), born=born or "2012-05-05")
    assert of(made, "reunification-re-entry") == numbers


def test_29_february_and_twelve_months_and_short_breaks():
    def back(again, status="C2"):
        rows = episode(0, "2023-01-01", end="2024-02-29", ended="E4A"), episode(0, again, status=status)
        return of(history(*rows, covered=("2022-04-01", "2026-03-31")), "reunification-re-entry", year="2023-24")

    assert back("2025-02-28") == (1, 1)
    assert back("2025-03-01") == (0, 1)
    assert back("2024-06-01", "V3") == (0, 1)


def test_those_who_went_home_are_followed_as_far_as_the_returns_go():
    left = [
        episode(0, "2023-06-01", end="2024-09-30", ended="E4A"),
        episode(1, "2023-06-01", end="2024-10-01", ended="E4A"),
    ]
    made = history(*left, covered=("2023-04-01", "2025-03-31"))
    found = figure(made, "reunification-re-entry", "follow_up_months=6")
    assert (found["numerator"], found["denominator"]) == (0, 1)
    assert "1 left out: the months behind the end of care run past the returns" in found["note"]


MATCHES = {
    # decisions (AD1), match, months
    "twelve months": (["2023-06-10"], "2024-06-10", 12),
    "the same day": (["2024-06-10"], "2024-06-10", 0),
    "the latest one not behind the match": (["2023-06-10", "2024-03-10", "2024-06-11"], "2024-06-10", 3),
    "behind it": (["2024-06-11"], "2024-06-10", None),
    "no match": (["2024-06-11"], None, None),
}


@pytest.mark.parametrize("name", MATCHES)
def test_decision_and_match(name):
    decisions, match, months = MATCHES[name]
    made = history(
        episode(0, "2023-06-01", end="2025-03-31", ended="E11"),
        adoptions=[row(0, decision_date=decision, match_date=match) for decision in decisions],
    )
    found = figure(made, "adoption-decision-to-match-months")
    assert (found["value"], found["denominator"]) == (months, int(months is not None))


def test_only_those_adopted_in_the_year_have_a_time_to_their_match():
    rows = [("E12", "2024-04-01"), ("E12", "2024-03-31"), ("E4A", "2024-06-01")]
    made = history(
        *(episode(child, "2023-06-01", end=end, ended=code) for child, (code, end) in enumerate(rows)),
        adoptions=[row(child, decision_date="2023-06-10", match_date="2023-12-10") for child in range(3)],
    )
    assert of(made, "adoption-decision-to-match-months")[1] == 1


# -- changes of placement ----------------------------------------------------------------------------------------------


def change(child, end, why, place="U6", **more):
    return episode(child, "2023-06-01", "S", place, end, "X1", change_reason=why, **more)


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
    assert of(made, "cla-placement-change-allegation") == (1, 9)
    assert of(made, "cla-placement-change-allegation", "include_standards=true") == (3, 9)
    name = "cla-unplanned-placement-endings"
    assert of(made, name) == (6, 8)
    assert of(made, name, "denominator=all_changes") == (6, 9)
    # Children 0 to 6, 9, 11 and 12; and 8, whose placement ended behind the year. 7 was there no more.
    assert of(made, name, "denominator=cla_any_time") == (6, 11)
    assert of(made, name, "reasons=CHILD") == (1, 8)
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
        episode(0, "2023-06-01", "S", place, end, "X1", status, change_reason=why),
        episode(0, end, reason, next_place, status=next_status),
    )
    assert of(made, "cla-placed-with-parents-breakdown") == numbers
    assert of(made, "cla-placed-with-parents-breakdown", "reasons=unplanned_only") == numbers


def test_the_next_placement_is_the_childs_own_and_of_the_same_day():
    made = history(
        episode(0, "2023-06-01", place="P1", end="2024-06-01", ended="E4A"), episode(1, "2024-06-01", place="K2"),
        episode(2, "2023-06-01", place="P1", end="2024-06-01", ended="X1"), episode(2, "2024-06-02", "P", "K2"),
        # A holiday, and home again: it goes on.
        episode(3, "2023-06-01", place="P1", end="2024-06-01", ended="X1"),
        episode(3, "2024-06-01", "P", "T3", "2024-06-08", "X1"), episode(3, "2024-06-08", "P", "P1"),
        # A planned move.
        episode(4, "2023-06-01", place="P1", end="2024-06-01", ended="X1", change_reason="CARPL"),
        episode(4, "2024-06-01", "P", "K2"),
    )  # fmt: skip
    assert of(made, "cla-placed-with-parents-breakdown") == (1, 3)
    assert of(made, "cla-placed-with-parents-breakdown", "reasons=unplanned_only") == (0, 3)


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
    assert of(history(*story(0, *steps)), "cla-3plus-placements") == (met, 1)


def test_a_row_sent_twice_is_one_placement():
    rows = story(0, "2024-04-01 S U6", "2024-06-01 P K2")
    assert of(history(*rows, *rows, *rows), "cla-3plus-placements") == (0, 1)
    # Two that differ are two.
    assert of(history(*rows, episode(0, "2024-06-01", "P", "U4")), "cla-3plus-placements") == (1, 1)


def test_what_the_variants_of_moves_count():
    name = "cla-3plus-placements"
    carer = history(*story(0, "2024-04-01 S U6", "2024-06-01 P U4", "2024-07-01 T U1"))
    assert (count(carer, name), count(carer, name, "same_carer_moves=count")) == (0, 1)
    away = history(*story(0, "2024-04-01 S U6 A", "2024-06-01 P T1", "2024-07-01 P U6 A"))
    assert (count(away, name), count(away, name, "temporary=count")) == (0, 1)
    rows = story(0, "2024-04-01 S U6", "2024-06-01 P U4 A", "2024-07-01 P U4 A")
    rows[1]["change_reason"] = "PLACE"
    assert (count(history(*rows), name), count(history(*rows), name, "status_only_changes=count")) == (0, 1)
    rows[2]["urn"] = "B"
    assert count(history(*rows), name) == 1
    earlier = history(
        episode(0, "2024-04-01", end="2024-05-01", ended="E4A"), *story(0, "2024-06-01 S U6", "2024-07-01 P K2"),
        # Short breaks are no placements.
        *(episode(1, f"2024-0{month}-01", end=f"2024-0{month}-03", ended="E4A", status="V4") for month in (5, 6, 7)),
        episode(1, "2024-08-01"),
    )  # fmt: skip
    assert of(earlier, name) == (1, 2)
    assert of(earlier, name, "earlier_periods_in_year=ignore") == (0, 2)


def test_care_over_two_years():
    two_years_ago = ["2023-03-31 S U6", "2023-04-02 P K2", "2024-06-01 P U4"]
    a_day_less = ["2023-04-01 S U6", "2023-04-02 P K2", "2024-06-01 P U4"]
    over = ["2023-03-31 S U6", "2023-04-01 P K2", "2024-06-01 P U4"]
    made = history(*story(0, *two_years_ago), *story(1, *a_day_less), *story(2, *over))
    for name, choice in (("cla-3plus-placements-2-years", None), ("cla-3plus-placements", "years=2")):
        assert of(made, name, choice) == (1, 2)


def test_two_years_to_the_end_of_february():
    made = history(*story(0, "2024-02-29 S U6"), covered=("2023-04-01", "2026-03-31"))
    for as_at, number in ((dt.date(2026, 2, 28), 1), (dt.date(2026, 2, 27), 0)):
        assert of(made, "cla-3plus-placements-2-years", as_at=as_at, year=None) == (0, number)


def test_care_that_began_before_the_returns_is_left_out_of_two_years_and_named():
    made = history(*story(0, "2023-06-01 P U6", "2024-06-01 P K2"), *story(1, "2023-06-01 S U6"))
    found = figure(made, "cla-3plus-placements-2-years")
    assert (found["denominator"], found["value"]) == (0, None)
    assert notes(found) == ["1 left out: their care began before the returns, which see too little of it"]
    alone = history(*story(0, "2020-06-01 S U6"), covered=("2024-04-01", "2025-03-31"))
    assert figure(alone, "cla-3plus-placements-2-years")["note"].startswith("not computed")


def test_a_day_within_the_year_looks_back_twelve_months_and_says_what_it_does_not_see():
    rows = story(0, "2023-06-01 S U6", "2023-10-01 P K2", "2024-05-01 P U4")
    asked = {"as_at": dt.date(2024, 9, 30), "year": None}
    found = figure(history(*rows, covered=("2023-04-01", "2024-09-30")), "cla-3plus-placements", **asked)
    # 1 October to 30 September: what ended on the first of these days was over.
    assert (found["numerator"], found["denominator"], notes(found)) == (0, 1, [])
    earlier = {"as_at": dt.date(2024, 9, 29), "year": None}
    assert count(history(*rows), "cla-3plus-placements", **earlier) == 1
    alone = figure(history(*rows[1:], covered=("2024-04-01", "2024-09-30")), "cla-3plus-placements", **earlier)
    assert notes(alone) == ["1 counted without placements that ended before the returns begin"]
    whole_year = history(*rows[1:], covered=("2024-04-01", "2025-03-31"))
    assert notes(figure(whole_year, "cla-3plus-placements")) == []


def test_moves_over_twelve_months_to_the_end_of_each_quarter():
    made = history(*story(0, "2024-04-01 S U6", "2024-06-30 P K2", "2025-01-01 P U4"))
    found = figures(made, "cla-3plus-placements", period="rolling")
    assert found["numerator"].to_list() == [0, 0, 0, 1]


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
        *story(0, *steps), covered=("2022-04-01", "2025-03-31"), children=[row(0, birth_date=born, la="301")]
    )
    assert of(made, "cla-long-term-stability") == numbers


def test_care_that_began_anew_is_not_the_same_care():
    made = history(
        episode(0, "2020-01-01", end="2024-06-01", ended="E4A"), episode(0, "2024-06-01"),
        covered=("2022-04-01", "2025-03-31"),
    )  # fmt: skip
    assert of(made, "cla-long-term-stability") == (0, 0)


# -- all of them -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "cla-ceased-adopted", "cla-ceased-out-of-care-orders", "adoption-decision-to-match-months",
        "cla-starting-adolescent", "cla-starting-extra-familial-factor", "cla-3plus-placements",
        "cla-3plus-placements-2-years", "cla-placed-with-parents-breakdown", "reunification-re-entry",
    ],
)  # fmt: skip
def test_what_a_quarter_is_too_short_for_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} is not computed by quarter"):
        figures(history(episode(0, "2024-06-01")), name, period="quarter")


def test_what_vanished_from_the_next_return_has_not_ended_on_its_first_day():
    made = history(
        episode(0, "2023-06-01", place="P1", end="2024-04-01", vanished=True),
        # Told again with another first day, and still there.
        episode(1, "2023-06-01", place="P1", end="2024-04-01", vanished=True), episode(1, "2023-06-02", place="P1"),
        outcomes=[row(child, year_end="2025-03-31", teeth_check="1") for child in range(2)],
    )  # fmt: skip
    assert count(made, "cla-number-31-march", year="2023-24") == 2
    assert count(made, "cla-number-31-march") == 1
    assert count(made, "cla-ceasing-rate") == 0
    assert of(made, "cla-placed-with-parents-breakdown") == (0, 0)
    assert of(made, "cla-unplanned-placement-endings", "denominator=cla_any_time") == (0, 1)
    assert of(made, "cla-dental-check")[1] == 1


def _return(year: str, *episodes: str):
    columns = ["CHILD", "DECOM", "RNE", "LS", "CIN", "PLACE", "PLACE_PROVIDER", "DEC", "REC", "REASON_PLACE_CHANGE",
               "HOME_POST", "PL_POST", "URN"]  # fmt: skip
    rows = [
        dict(zip(["CHILD", "DECOM", "RNE", "LS", "PLACE", "DEC", "REC"], text.split(","), strict=True))
        for text in episodes
    ]
    sent = pl.DataFrame(
        [{name: each.get(name) or None for name in columns} for each in rows], schema=dict.fromkeys(columns, pl.String)
    )
    return one_return({"Episodes": sent}, "ssda903", year, "301", f"returns of {year}")


def test_what_two_returns_tell_of_the_same_care_counts_once():
    returns = [
        _return("2023-24", "A,01/06/2023,S,C2,U6,,", "B,01/02/2024,S,C2,U6,01/03/2024,E4A", "C,31/03/2024,S,C2,U6,,"),
        _return(
            "2024-25", "A,01/06/2023,S,C2,U6,01/06/2024,X1", "A,01/06/2024,P,C2,K2,,", "B,01/05/2024,S,C2,U6,,",
            "C,31/03/2024,S,C2,U6,01/04/2024,E45", "D,01/05/2024,S,V3,U6,,",
        ),
    ]  # fmt: skip
    for given in (returns, returns[::-1], [*returns, returns[1]]):
        made = build_history(given)
        assert count(made, "cla-number-31-march") == 2
        assert count(made, "cla-number-31-march", year="2023-24") == 2
        assert count(made, "cla-starting-rate") == 1
        assert count(made, "cla-starting-rate", year="2023-24") == 3
        assert of(made, "cla-ceased-sgo") == (1, 1)
        assert of(made, "cla-re-entry") == (1, 1)
        assert of(made, "cla-3plus-placements") == (0, 2)
