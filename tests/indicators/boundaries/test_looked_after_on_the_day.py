"""Children looked after on a day, and where: the days, codes and blanks on which each definition turns."""

from __future__ import annotations

import datetime as dt

import pytest
from indicators.small_histories import (
    BEFORE,
    BEHIND,
    END,
    MIDDLE,
    START,
    counts,
    episode,
    figures,
    history,
    notes,
    numerator,
    numerators,
    row,
    short_break,
    shown,
    total,
)

# -- the day -----------------------------------------------------------------------------------------------------------

ON_THE_DAY = {
    "open": (episode(0, "2024-06-01"), (1, 1)),
    "began on the day": (episode(0, "2025-03-31"), (1, 1)),
    "begins a day later": (episode(0, "2025-04-01"), (0, 0)),
    "ended on the day": (episode(0, "2024-06-01", "2025-03-31", "E4A"), (0, 1)),
    "ended a day later": (episode(0, "2024-06-01", "2025-04-01", "E4A"), (1, 1)),
    "ended a day before": (episode(0, "2024-06-01", "2025-03-30", "E4A"), (0, 0)),
    "a short break": (episode(0, "2024-06-01", status="V3"), (0, 0)),
    "no reason for the episode": (episode(0, "2024-06-01", reason=None), (1, 1)),
}


@pytest.mark.parametrize("name", ON_THE_DAY)
def test_looked_after_on_the_day(name):
    rows, (number, with_last_day) = ON_THE_DAY[name]
    made = history(rows)
    assert numerator(made, "cla-number-31-march") == number
    assert numerator(made, "cla-rate-31-march") == number
    assert numerator(made, "cla-rate-31-march", "end_on_snapshot_counts=true") == with_last_day


def test_a_child_counts_once_with_the_episode_that_runs():
    made = history(
        episode(0, "2024-06-01", "2025-03-31", "X1"), episode(0, "2025-03-31", reason="P", place="K2"),
        episode(1, "2024-06-01"), episode(1, "2024-06-01"),
    )  # fmt: skip
    assert numerator(made, "cla-number-31-march") == 2
    assert counts(made, "cla-secure-childrens-homes") == (1, 2)


def test_a_day_within_the_year_and_the_ends_of_quarters():
    made = history(episode(0, "2024-06-01", "2024-12-31", "E4A"), episode(1, "2024-12-31"))
    assert numerators(made, "cla-number-31-march", period="quarter") == [1, 1, 1, 1]
    assert numerator(made, "cla-number-31-march", as_at=dt.date(2024, 12, 30)) == 1
    assert numerator(made, "cla-number-31-march", as_at=dt.date(2024, 5, 31)) == 0


def test_those_of_18_count_and_are_named():
    born = ["2007-03-31", "2007-04-01", "2000-01-01", None]
    made = history(
        *(episode(child, "2024-06-01", reason="P", place="K2", status="V2") for child in range(4)),
        children=[row(child, birth_date=text, la="301") for child, text in enumerate(born)],
    )
    found = total(made, "cla-rate-31-march")
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
        assert counts(history(episode(0, "2024-06-01", place=place)), name) == (number, 1), place


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
        episode(0, "2024-06-01", place=place, end="2025-03-20", end_reason="X1"),
        episode(0, "2025-03-20", reason="P", place="T1"),
    )
    assert (numerator(away, name), numerator(away, name, other)) == (1, 0)
    # What came before care began again is another home; and one whose care began with it has none.
    anew = history(
        episode(0, "2024-06-01", place=place, end="2025-03-20", end_reason="E4A"), episode(0, "2025-03-20", place="T1")
    )
    assert numerator(anew, name) == 0
    # A temporary placement that is over does not count, and another child's home is not this one's.
    others = history(episode(0, "2024-06-01", place=place), episode(1, "2025-03-20", reason="P", place="T1"))
    assert counts(others, name) == (1, 2)


def test_at_home_on_a_care_order():
    made = history(
        episode(0, "2024-06-01", place="P1", status="C1"), episode(1, "2024-06-01", place="P1", status="C2"),
        episode(2, "2024-06-01", place="U6", status="C2"), episode(3, "2024-06-01", place="P1", status="E1"),
        episode(4, "2024-06-01", place="U6", status="V2"),
        episode(5, "2024-06-01", place="P1", end="2025-03-20", end_reason="X1"), episode(5, "2025-03-20", reason="P", place="T1"),
    )  # fmt: skip
    name = "cla-placed-with-parents-care-order"
    assert counts(made, name) == (2, 4)
    assert counts(made, name, "denominator=all_cla") == (2, 6)
    assert counts(made, name, "orders=C2 only") == (1, 3)
    assert counts(made, name, "orders=C1+C2+E1") == (3, 5)


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
    assert counts(made, "cla-foster-provider-split", "scope=all_placements") == (5, 5)


def test_the_family_network_as_each_option_sees_it():
    places = ["U1", "U2", "U3", "P1", "A4", "Z1", "Z11"]
    made = history(
        *(episode(child, "2024-06-01", place=place) for child, place in enumerate(places)),
        episode(7, "2024-06-01", place="U3", status="V2"),
        episode(8, "2024-06-01", "2025-03-31", "E45"),  # left to family
        episode(9, "2024-06-01", "2024-12-01", "E41"), episode(9, "2025-01-01"),  # and came back
        episode(10, "2023-06-01", "2024-03-31", "E47"),  # the year before
    )  # fmt: skip
    name = "cla-family-network"
    assert counts(made, name) == (5, 9)
    assert counts(made, name, "family_network=kinship_foster") == (4, 9)
    assert counts(made, name, "family_network=kinship_foster_long_term") == (1, 9)
    assert counts(made, name, "family_network=parents_only") == (1, 9)
    assert counts(made, name, "section_20=exclude") == (4, 8)
    assert counts(made, name, "section_20=only") == (1, 1)
    assert counts(made, name, "adoption_by_relatives=include") == (6, 9)
    assert counts(made, name, "outside_care=add_orders") == (6, 10)
    found = total(made, name, "z1_relatives=include")
    assert (found["numerator"], found["denominator"]) == (6, 9)
    assert notes(found) == ["1 in Z11 to Z14, which may be with relatives: not counted"]
    assert notes(total(made, name)) == []
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
    found = total(made, "cla-family-network", "outside_care=add_private_fostering")
    assert (found["numerator"], found["denominator"]) == (1, 1)
    assert notes(found) == ["1 privately fostered by an assessment of the period, beside the figure"]


def test_more_than_20_miles():
    miles = [(20.0, "OUT"), (20.1, "OUT"), (45.3, "IN"), (None, None), (999.9, "OUT"), (3.2, "OUT"), (21.0, None)]
    made = history(
        *(episode(child, "2024-06-01", distance=far, location=place) for child, (far, place) in enumerate(miles)),
        # The distance of the episode that runs.
        episode(7, "2024-04-01", "2024-06-01", "X1", distance=50.0), episode(7, "2024-06-01", reason="P", distance=1.0),
    )  # fmt: skip
    found = total(made, "cla-over-20-miles")
    assert (found["numerator"], found["denominator"], notes(found)) == (3, 8, ["2 without a known distance"])
    assert counts(made, "cla-over-20-miles", "denominator=distance_known") == (3, 6)
    assert counts(made, "cla-over-20-miles", "location=outside_la") == (1, 8)
    assert counts(made, "cla-over-20-miles", "boundary=ge_20.0") == (4, 8)


# -- distance ----------------------------------------------------------------------------------------------------------


def test_placed_outside():
    places = ["OUT", "IN", None, "ELSE"]
    found = history(episodes=[episode(child, location=place) for child, place in enumerate(places)])
    assert counts(found, "cla-placed-outside-la") == (1, 4)
    assert total(found, "cla-placed-outside-la")["note"] == "1 where it is not known whether they are outside"


def test_average_distance():
    rows = [(0.0, "IN"), (2.0, "OUT"), (4.0, "OUT"), (999.8, "OUT"), (999.9, "OUT"), (None, "OUT"), (None, None)]
    found = history(
        episodes=[episode(child, distance=miles, location=where) for child, (miles, where) in enumerate(rows)]
    )
    name = "cla-average-distance"
    row = total(found, name)
    assert (row["value"], row["denominator"], row["unit"]) == (3.0, 4, "miles_median")
    assert row["note"] == "3 left out: without a known distance"
    row = total(found, name, "statistic=mean")
    assert (row["numerator"], row["denominator"], row["value"], row["unit"]) == (1005.8, 4, 251.5, "miles_mean")
    row = total(found, name, "subset=outside_la")
    assert (row["value"], row["denominator"], row["note"]) == (4.0, 3, "2 left out: without a known distance")
    assert total(history(episodes=[episode(0, distance=999.9)]), name)["value"] is None


def secure(start: dt.date, where: str | None = "OUT", place: str = "K1", **more: object):
    """Care elsewhere, and then a placement in a secure home."""
    then = {"reason": "P"} | more
    return [
        episode(0, "2019-01-01", start, "X1", location="IN"),
        episode(0, start, place=place, location=where, **then),
    ]


SECURE = {
    "from the first day": (1, 1, secure(START)),
    "from the day before": (0, 0, secure(BEFORE)),
    "from the last day": (1, 1, secure(END)),
    "from the day after": (0, 0, secure(BEHIND)),
    "for a day": (1, 1, secure(MIDDLE, end=MIDDLE, end_reason="E4A")),
    "in the area": (0, 0, secure(MIDDLE, "IN")),
    "not known where": (0, 0, secure(MIDDLE, None)),
    "a children's home": (0, 0, secure(MIDDLE, place="K2")),
    "young offender institution": (0, 1, secure(MIDDLE, place="R5")),
    "both legal status and placement change": (1, 1, secure(MIDDLE, reason="B")),
    "care begins there": (1, 1, [episode(0, MIDDLE, place="K1", location="OUT")]),
    "a short break": (0, 0, [short_break(0, MIDDLE, None, place="K1", location="OUT")]),
    "legal status changes there": (
        0, 0,
        [*secure(BEFORE, end=MIDDLE, end_reason="X1"),
         episode(0, MIDDLE, place="K1", location="OUT", reason="L", status="C1")],
    ),
    "the same home is now called one": (
        0, 0, [episode(0, end=MIDDLE, end_reason="X1", place="K2", location="OUT"),
               episode(0, MIDDLE, place="K1", location="OUT", reason="T")],
    ),
    "back from hospital": (
        0, 0,
        [*secure(BEFORE, end=MIDDLE, end_reason="X1"),
         episode(0, MIDDLE, "2024-09-12", "X1", place="T1", location="OUT", reason="P"),
         episode(0, "2024-09-12", place="K1", location="OUT", reason="P")],
    ),
    "twice": (
        1, 1, [*secure(START, end=MIDDLE, end_reason="E4A"), episode(0, END, place="K1", location="OUT")],
    ),
    "first in the area, then outside": (
        1, 1, [*secure(START, "IN", end=MIDDLE, end_reason="E4A"), episode(0, END, place="K1", location="OUT")],
    ),
    "first not known where, then outside": (
        1, 1, [*secure(START, None, end=MIDDLE, end_reason="E4A"), episode(0, END, place="K1", location="OUT")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("homes", "with_prisons", "episodes"), SECURE.values(), ids=SECURE)
def test_secure_placements_outside(homes, with_prisons, episodes):
    found = history(episodes=episodes)
    assert counts(found, "cla-secure-outside-la") == (homes, None)
    assert counts(found, "cla-secure-outside-la", "include=K1_and_R5") == (with_prisons, None)


def test_a_secure_home_of_which_it_is_not_known_where_is_said():
    assert total(history(episodes=secure(MIDDLE, None)), "cla-secure-outside-la")["note"].startswith("1 left out")
    both = [*secure(START, None, end=MIDDLE, end_reason="E4A"), episode(0, END, place="K1", location="OUT")]
    assert total(history(episodes=both), "cla-secure-outside-la")["note"] is None


def test_secure_placements_by_quarter():
    found = history(episodes=secure("2024-06-30"))
    assert numerators(found, "cla-secure-outside-la", period="quarter") == [
        1,
        0,
        0,
        0,
    ]
