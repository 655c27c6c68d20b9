"""Children looked after, who start and who are: the days, codes and blanks on which each definition turns."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.care_histories import count, episode, figure, figures, history, notes, of, row, shown

# -- starts ------------------------------------------------------------------------------------------------------------

STARTS = {
    "the first day of the year": (episode(0, "2024-04-01"), 1),
    "the last day": (episode(0, "2025-03-31"), 1),
    "the day before the year": (episode(0, "2024-03-31"), 0),
    "the day behind it": (episode(0, "2025-04-01"), 0),
    "29 February is of the year before": (episode(0, "2024-02-29"), 0),
    "a short break": (episode(0, "2024-06-01", status="V3"), 0),
    "another short break": (episode(0, "2024-06-01", status="V4"), 0),
    "another placement is no start": (episode(0, "2024-06-01", "P"), 0),
    "no reason for the episode": (episode(0, "2024-06-01", None), 0),
    "started and ceased on one day": (episode(0, "2024-06-01", end="2024-06-01", ended="E4A"), 1),
}


@pytest.mark.parametrize("name", STARTS)
def test_starts(name):
    rows, number = STARTS[name]
    assert count(history(rows), "cla-starting-rate") == number


def test_a_child_starts_once_a_year_and_once_in_each_authority():
    made = history(
        episode(0, "2024-05-01", end="2024-06-01", ended="E4A"), episode(0, "2024-08-01"),
        episode(1, "2024-05-01"), las={1: "302"},
        children=[row(0, child_id="X", la="301"), row(1, child_id="X", la="302")],
    )  # fmt: skip
    assert [count(made, "cla-starting-rate", la=la) for la in ("301", "302")] == [1, 1]


def test_each_quarter_has_its_starts_and_a_day_has_those_since_1_april():
    made = history(
        episode(0, "2024-04-01"), episode(1, "2024-06-30"), episode(2, "2024-07-01"), episode(3, "2025-03-31")
    )
    assert figures(made, "cla-starting-rate", period="quarter")["numerator"].to_list() == [2, 1, 0, 1]
    assert figures(made, "cla-starting-rate", period="rolling")["numerator"].to_list() == [2, 3, 3, 4]
    assert count(made, "cla-starting-rate", as_at=dt.date(2024, 7, 1), year=None) == 3


AGES = {
    "2014-06-01": "10-15",  # ten on the day
    "2014-06-02": "beside",
    "2008-06-01": "16 and over",  # sixteen on the day
    "2008-06-02": "10-15",
    "2024-06-02": "beside",  # born behind the start
    None: "beside",
}


def test_ages_on_the_first_day():
    starts = [episode(child, "2024-06-01") for child in range(len(AGES))]
    born = [row(child, birth_date=text, la="301") for child, text in enumerate(AGES)]
    found = figures(history(*starts, children=born), "cla-starting-adolescent")
    assert found.select("numerator", "denominator").row(0) == (2, 6)
    assert shown(found, "age") == {"16 and over": 1}


@pytest.mark.parametrize(
    ("born", "start", "number"),
    [
        ("2008-02-29", "2024-02-28", 0),
        ("2008-02-29", "2024-02-29", 1),
        ("2007-02-28", "2023-02-28", 1),
        ("2008-02-29", "2025-02-28", 1),
    ],
)
def test_children_turn_16_on_their_birthday(born, start, number):
    made = history(episode(0, start), covered=("2022-04-01", "2025-03-31"), born=born)
    years = [count(made, "cla-starting-adolescent", "ages=16-17", year=f"20{at}-{at + 1}") for at in (22, 23, 24)]
    assert sum(years) == number


@pytest.mark.parametrize(("start", "number"), [("2025-02-28", 0), ("2025-03-01", 1)])
def test_a_child_of_29_february_is_a_year_older_on_1_march(start, number):
    assert of(history(episode(0, start), born="2012-02-29"), "cla-starting-adolescent", "ages=13-17") == (number, 1)


def test_section_20_narrows_those_who_count_and_not_the_others():
    made = history(episode(0, "2024-06-01", status="V2"), episode(1, "2024-06-01", status="C1"), born="2008-01-01")
    assert of(made, "cla-starting-adolescent", "ages=16-17,legal_status=V2") == (1, 2)


ORDERS = {
    "a court order": (episode(0, "2024-06-01", status="C1"), {"10-15": 1}),
    "police protection": (episode(0, "2024-06-01", status="L2"), {"10-15": 1}),
    "by agreement": (episode(0, "2024-06-01", status="V2"), {}),
    "a freeing order": (episode(0, "2024-06-01", status="D1"), {}),
    "youth justice": (episode(0, "2024-06-01", status="J1"), {}),
}


@pytest.mark.parametrize("name", ORDERS)
def test_orders_with_which_care_starts(name):
    rows, shares = ORDERS[name]
    assert shown(figures(history(rows), "cla-starting-court-order-by-age"), "age_band") == shares


def test_an_order_that_came_later_in_the_same_care_is_none_at_the_start():
    made = history(
        episode(0, "2024-06-01", end="2024-07-01", ended="X1", status="V2"), episode(0, "2024-07-01", "L", status="C1")
    )
    assert of(made, "cla-starting-court-order-by-age") == (0, 0)


@pytest.mark.parametrize(
    ("born", "band"),
    [("2024-02-29", "under 1"), ("2024-02-28", "1-4"), ("2020-02-28", "5-9"), ("2009-02-28", "16 and over"), (None, "not known")],
)  # fmt: skip
def test_age_bands_end_on_birthdays(born, band):
    made = history(episode(0, "2025-02-28", status="C1"), children=[row(0, birth_date=born, la="301")])
    assert shown(figures(made, "cla-starting-court-order-by-age"), "age_band") == {band: 1}


BEFORE = {
    # when the earlier care ended, when the new one started, and which of 12, 24 months, any time it counts for
    "exactly twelve months": ("2023-08-31", "2024-08-31", (1, 1, 1)),
    "a day longer": ("2023-08-30", "2024-08-31", (0, 1, 1)),
    "29 February and twelve months": ("2024-02-29", "2025-02-28", (1, 1, 1)),
    "29 February and a day more": ("2024-02-29", "2025-03-01", (0, 1, 1)),
    "exactly 24 months": ("2022-08-31", "2024-08-31", (0, 1, 1)),
    "longer": ("2022-08-30", "2024-08-31", (0, 0, 1)),
    "the same day": ("2024-08-31", "2024-08-31", (1, 1, 1)),
    "it overlaps": ("2024-09-01", "2024-08-31", (0, 0, 0)),
}


@pytest.mark.parametrize("name", BEFORE)
def test_looked_after_before(name):
    ended, began, numbers = BEFORE[name]
    made = history(episode(0, "2020-01-01", end=ended, ended="E4A"), episode(0, began))
    found = [
        count(made, "cla-re-entry", f"lookback_months={months}" if months != 12 else None)
        for months in (12, 24, "none")
    ]
    assert tuple(found) == numbers


def test_short_breaks_other_authorities_and_other_children_are_no_care_before():
    made = history(
        episode(0, "2024-01-01", end="2024-01-03", ended="E4A", status="V4"), episode(0, "2024-06-01"),
        episode(1, "2024-01-01", end="2024-02-01", ended="E3"), episode(2, "2024-06-01"), las={1: "302"},
        children=[row(1, child_id="X", la="302"), row(2, child_id="X", la="301")],
    )  # fmt: skip
    assert of(made, "cla-re-entry") == (0, 2)


def test_without_the_year_before_earlier_care_is_undercounted_and_that_is_said():
    note = figure(history(episode(0, "2024-06-01"), covered=("2024-04-01", "2025-03-31")), "cla-re-entry")["note"]
    assert "undercounted, earlier care is not seen" in note
    assert notes(figure(history(episode(0, "2024-06-01")), "cla-re-entry")) == []


ASSESSED = {
    # start of care 2024-10-01: completed, factors, lookback, and what it gives
    "exactly six months": ("2024-04-01", ["13A"], None, (1, 1)),
    "a day longer": ("2024-03-31", ["13A"], None, (0, 0)),
    "within twelve months": ("2024-03-31", ["13A"], "lookback_months=12", (1, 1)),
    "not within three": ("2024-06-30", ["13A"], "lookback_months=3", (0, 0)),
    "exactly three": ("2024-07-01", ["24A"], "lookback_months=3", (1, 1)),
    "the first day": ("2024-10-01", ["10A"], None, (1, 1)),
    "the day behind": ("2024-10-02", ["10A"], None, (0, 0)),
    "no such factor": ("2024-09-01", ["3B"], None, (0, 1)),
    "no factor at all": ("2024-09-01", [], None, (0, 1)),
    "several such factors": ("2024-09-01", ["10A", "11A", "3B"], None, (1, 1)),
    "not completed": (None, ["10A"], None, (0, 0)),
}


@pytest.mark.parametrize("name", ASSESSED)
def test_assessments_before_care(name):
    done, factors, choice, numbers = ASSESSED[name]
    made = history(
        episode(0, "2024-10-01"),
        assessments=[row(0, assessment=0, referral=0, start_date="2024-03-01", completed_date=done)],
        factors=[row(0, assessment=0, referral=0, factor=factor) for factor in factors],
    )
    assert of(made, "cla-starting-extra-familial-factor", choice) == numbers


def test_one_of_several_assessments_is_enough_and_the_child_counts_once():
    made = history(
        episode(0, "2024-10-01"),
        assessments=[
            row(0, assessment=at, referral=0, start_date="2024-03-01", completed_date=f"2024-0{5 + at}-01")
            for at in range(3)
        ],
        factors=[row(0, assessment=0, referral=0, factor="12A"), row(0, assessment=2, referral=0, factor="11A")],
    )
    assert of(made, "cla-starting-extra-familial-factor") == (1, 1)


# -- unaccompanied asylum-seeking children ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ceased", "started", "open_", "ever"),
    [
        (None, 1, 1, 1),
        ("2024-06-01", 0, 0, 1),  # on the day of the start
        ("2024-06-02", 1, 0, 1),
        ("2025-03-31", 1, 0, 1),
        ("2025-04-01", 1, 1, 1),
    ],
)
def test_when_the_status_ends(ceased, started, open_, ever):
    made = history(episode(0, "2024-06-01"), episode(1, "2024-06-01"), uasc=[row(0, ceased_date=ceased)])
    assert count(made, "cla-starting-uasc-rate") == started
    assert count(made, "cla-uasc-rate-31-march") == open_
    assert count(made, "cla-starting-uasc-rate", "uasc_status=ever") == ever
    assert count(made, "cla-uasc-rate-31-march", "uasc_status=ever") == ever
    assert count(made, "cla-starting-rate", "exclude_uasc=true") == 2 - started
    assert count(made, "cla-rate-31-march", "exclude_uasc=true") == 2 - open_


@pytest.mark.parametrize("rows", [(None, "2024-05-01"), ("2024-05-01", None), (None, None)])
def test_a_child_who_stands_twice_in_the_table_is_one_child_whose_status_lasts_longest(rows):
    made = history(episode(0, "2024-06-01"), uasc=[row(0, ceased_date=ceased) for ceased in rows])
    for name in ("cla-starting-rate", "cla-rate-31-march", "cla-starting-uasc-rate", "cla-uasc-rate-31-march"):
        assert count(made, name) == 1, name
    assert count(made, "cla-starting-rate", "exclude_uasc=true") == 0
    assert of(made, "cla-starting-adolescent") == (1, 1)


# -- the day -----------------------------------------------------------------------------------------------------------

ON_THE_DAY = {
    "open": (episode(0, "2024-06-01"), (1, 1)),
    "began on the day": (episode(0, "2025-03-31"), (1, 1)),
    "begins a day later": (episode(0, "2025-04-01"), (0, 0)),
    "ended on the day": (episode(0, "2024-06-01", end="2025-03-31", ended="E4A"), (0, 1)),
    "ended a day later": (episode(0, "2024-06-01", end="2025-04-01", ended="E4A"), (1, 1)),
    "ended a day before": (episode(0, "2024-06-01", end="2025-03-30", ended="E4A"), (0, 0)),
    "a short break": (episode(0, "2024-06-01", status="V3"), (0, 0)),
    "no reason for the episode": (episode(0, "2024-06-01", None), (1, 1)),
}


@pytest.mark.parametrize("name", ON_THE_DAY)
def test_looked_after_on_the_day(name):
    rows, (number, with_last_day) = ON_THE_DAY[name]
    made = history(rows)
    assert count(made, "cla-number-31-march") == number
    assert count(made, "cla-rate-31-march") == number
    assert count(made, "cla-rate-31-march", "end_on_snapshot_counts=true") == with_last_day


def test_a_child_counts_once_with_the_episode_that_runs():
    made = history(
        episode(0, "2024-06-01", end="2025-03-31", ended="X1"), episode(0, "2025-03-31", "P", "K2"),
        episode(1, "2024-06-01"), episode(1, "2024-06-01"),
    )  # fmt: skip
    assert count(made, "cla-number-31-march") == 2
    assert of(made, "cla-secure-childrens-homes") == (1, 2)


def test_a_day_within_the_year_and_the_ends_of_quarters():
    made = history(episode(0, "2024-06-01", end="2024-12-31", ended="E4A"), episode(1, "2024-12-31"))
    assert figures(made, "cla-number-31-march", period="quarter")["numerator"].to_list() == [1, 1, 1, 1]
    assert count(made, "cla-number-31-march", as_at=dt.date(2024, 12, 30), year=None) == 1
    assert count(made, "cla-number-31-march", as_at=dt.date(2024, 5, 31), year=None) == 0


def test_those_of_18_count_and_are_named():
    born = ["2007-03-31", "2007-04-01", "2000-01-01", None]
    made = history(
        *(episode(child, "2024-06-01", "P", "K2", status="V2") for child in range(4)),
        children=[row(child, birth_date=text, la="301") for child, text in enumerate(born)],
    )
    found = figure(made, "cla-rate-31-march")
    assert found["numerator"] == 4
    assert "2 aged 18 or over" in notes(found)


def test_who_they_are_is_told_of_everyone():
    made = history(
        *(episode(child, "2024-06-01") for child in range(3)),
        children=[
            row(0, birth_date="2015-03-31", sex="F", la="301"), row(1, birth_date="2015-04-01", sex="M", la="301"),
            row(2, birth_date=None, sex=None, la="301"),
        ],
        uasc=[row(0, ceased_date="2025-03-31"), row(1, ceased_date=None)],
    )  # fmt: skip
    found = figures(made, "cla-demographic-profile", by=None)
    assert shown(found, "age_band") == {"10-15": 1, "5-9": 1, "not known": 1}
    assert shown(found, "sex") == {"female": 1, "male": 1, "not known": 1}
    assert shown(found, "uasc") == {"uasc": 1, "not uasc": 2}
    assert found["denominator"].unique().to_list() == [3]


# -- kinds of placement ------------------------------------------------------------------------------------------------

KINDS = {
    "cla-foster-care": {"U1": 1, "U6": 1, "A3": 0, "P1": 0, "K2": 0},
    "cla-secure-childrens-homes": {"K1": 1, "K2": 1, "S1": 0, "K3": 0},
    "cla-supported-independent": {"K3": 1, "H5": 1, "P2": 1, "Z1": 0, "P3": 0},
    "cla-residential-care": {"K1": 1, "S1": 1, "R1": 1, "R2": 1, "R3": 1, "R5": 1, "P3": 1, "K3": 0, "U4": 0},
    "cla-family-network": {"U1": 1, "U3": 1, "P1": 1, "U4": 0, "R3": 0, "P2": 0, "A5": 0, "Z1": 0},
}


@pytest.mark.parametrize("name", KINDS)
def test_kinds_of_placement(name):
    for place, number in KINDS[name].items():
        assert of(history(episode(0, "2024-06-01", place=place)), name) == (number, 1), place


@pytest.mark.parametrize(
    ("name", "place", "other"),
    [
        ("cla-foster-care", "U4", "temporary=as_other"),
        ("cla-secure-childrens-homes", "K2", "temporary=as_other"),
        ("cla-supported-independent", "K3", "temporary=as_other"),
        ("cla-family-network", "P1", "temporary=as_is"),
    ],
)
def test_a_child_in_a_temporary_placement_lives_where_they_did_before(name, place, other):
    away = history(
        episode(0, "2024-06-01", place=place, end="2025-03-20", ended="X1"), episode(0, "2025-03-20", "P", "T1")
    )
    assert (count(away, name), count(away, name, other)) == (1, 0)
    # What came before care began again is another home; and one whose care began with it has none.
    anew = history(
        episode(0, "2024-06-01", place=place, end="2025-03-20", ended="E4A"), episode(0, "2025-03-20", "S", "T1")
    )
    assert count(anew, name) == 0
    # A temporary placement that is over does not count, and another child's home is not this one's.
    others = history(episode(0, "2024-06-01", place=place), episode(1, "2025-03-20", "P", "T1"))
    assert of(others, name) == (1, 2)


def test_at_home_on_a_care_order():
    made = history(
        episode(0, "2024-06-01", place="P1", status="C1"), episode(1, "2024-06-01", place="P1", status="C2"),
        episode(2, "2024-06-01", place="U6", status="C2"), episode(3, "2024-06-01", place="P1", status="E1"),
        episode(4, "2024-06-01", place="U6", status="V2"),
        episode(5, "2024-06-01", place="P1", end="2025-03-20", ended="X1"), episode(5, "2025-03-20", "P", "T1"),
    )  # fmt: skip
    name = "cla-placed-with-parents-care-order"
    assert of(made, name) == (2, 4)
    assert of(made, name, "denominator=all_cla") == (2, 6)
    assert of(made, name, "orders=C2 only") == (1, 3)
    assert of(made, name, "orders=C1+C2+E1") == (3, 5)


def test_providers_of_foster_care():
    providers = ["PR1", "PR2", "PR4", "PR5", None]
    made = history(
        *(episode(child, "2024-06-01", provider=code) for child, code in enumerate(providers)),
        episode(5, "2024-06-01", place="K2", provider="PR4"),
    )
    found = figures(made, "cla-foster-provider-split")
    assert notes(found.row(0, named=True)) == ["1 left out: without a provider"]
    assert shown(found, "provider") == {"own provision": 1, "other local authority": 1, "private": 1, "voluntary": 1}
    assert shown(found, "sector") == {"own provision": 1, "independent (private or voluntary)": 2}
    assert found["denominator"][0] == 4
    assert of(made, "cla-foster-provider-split", "scope=all_placements") == (5, 5)


def test_the_family_network_as_each_option_sees_it():
    places = ["U1", "U2", "U3", "P1", "A4", "Z1", "Z11"]
    made = history(
        *(episode(child, "2024-06-01", place=place) for child, place in enumerate(places)),
        episode(7, "2024-06-01", place="U3", status="V2"),
        episode(8, "2024-06-01", end="2025-03-31", ended="E45"),  # left to family
        episode(9, "2024-06-01", end="2024-12-01", ended="E41"), episode(9, "2025-01-01"),  # and came back
        episode(10, "2023-06-01", end="2024-03-31", ended="E47"),  # the year before
    )  # fmt: skip
    name = "cla-family-network"
    assert of(made, name) == (5, 9)
    assert of(made, name, "family_network=kinship_foster") == (4, 9)
    assert of(made, name, "family_network=kinship_foster_long_term") == (1, 9)
    assert of(made, name, "family_network=parents_only") == (1, 9)
    assert of(made, name, "section_20=exclude") == (4, 8)
    assert of(made, name, "section_20=only") == (1, 1)
    assert of(made, name, "adoption_by_relatives=include") == (6, 9)
    assert of(made, name, "outside_care=add_orders") == (6, 10)
    found = figure(made, name, "z1_relatives=include")
    assert (found["numerator"], found["denominator"]) == (6, 9)
    assert notes(found) == ["1 in Z11 to Z14, which may be with relatives: not counted"]
    assert notes(figure(made, name)) == []
    assert shown(figures(made, name), "placement") == {"U1": 1, "U2": 1, "U3": 2, "P1": 1}


def test_private_fostering_stands_beside_the_figure_and_not_in_it():
    made = history(
        episode(0, "2024-06-01", place="U1"),
        assessments=[
            row(1, assessment=0, referral=0, start_date="2024-05-01", completed_date="2025-03-31"),
            row(1, assessment=1, referral=0, start_date="2024-05-02", completed_date="2024-04-01"),
            row(2, assessment=2, referral=1, start_date="2024-05-02", completed_date="2024-03-31"),
        ],
        factors=[row(1, assessment=at, referral=0, factor=code) for at, code in ((0, "8B"), (0, "8F"), (1, "8C"))]
        + [row(2, assessment=2, referral=1, factor="8D")],
    )
    found = figure(made, "cla-family-network", "outside_care=add_private_fostering")
    assert (found["numerator"], found["denominator"]) == (1, 1)
    assert notes(found) == ["1 privately fostered by an assessment of the period, beside the figure"]


def test_more_than_20_miles():
    miles = [(20.0, "OUT"), (20.1, "OUT"), (45.3, "IN"), (None, None), (999.9, "OUT"), (3.2, "OUT"), (21.0, None)]
    made = history(
        *(episode(child, "2024-06-01", distance=far, location=place) for child, (far, place) in enumerate(miles)),
        # The distance of the episode that runs.
        episode(7, "2024-04-01", end="2024-06-01", ended="X1", distance=50.0), episode(7, "2024-06-01", "P", distance=1.0),
    )  # fmt: skip
    found = figure(made, "cla-over-20-miles")
    assert (found["numerator"], found["denominator"], notes(found)) == (3, 8, ["2 without a known distance"])
    assert of(made, "cla-over-20-miles", "denominator=distance_known") == (3, 6)
    assert of(made, "cla-over-20-miles", "location=outside_la") == (1, 8)
    assert of(made, "cla-over-20-miles", "boundary=ge_20.0") == (4, 8)
