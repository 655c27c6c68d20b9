"""Health, missing children, social workers, liberty and distance: the days and values on which each figure turns.

Every table holds rows that count and rows that do not; what is asserted is which of them count.
"""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from indicators.small_histories import (
    ALMOST,
    BEFORE,
    BEHIND,
    BORN,
    END,
    LONG_AGO,
    MIDDLE,
    NEXT,
    START,
    D,
    beside,
    counts,
    episode,
    figures,
    history,
    short_break,
    total,
)

import csc_returns as cr

# -- health: who is looked after for twelve months ----------------------------------------------------------------------

HEALTH = {
    "cla-health-assessment": "health_assessment",
    "cla-immunisations": "immunisations",
    "cla-dental-check": "teeth_check",
    "cla-substance-misuse": "substance_misuse",
}
ONCE_A_YEAR = [
    *HEALTH, "cla-development-assessment", "cla-sdq-average", "cla-sdq-concern", "cla-sdq-completed", "cla-convictions",
]  # fmt: skip

TWELVE_MONTHS = {
    "care since long ago": (True, [episode(0)]),
    "from the first day of the year": (True, [episode(0, START)]),
    "from the day after": (False, [episode(0, NEXT)]),
    "from the day before": (True, [episode(0, BEFORE)]),
    "to the last day": (True, [episode(0, end=END, reason="E4A")]),
    "to the day before the last": (False, [episode(0, end=ALMOST, reason="E4A")]),
    "to the first day, and not again": (False, [episode(0, end=START, reason="E4A")]),
    "to the first day, and again from it": (False, [episode(0, end=START, reason="E4A"), episode(0, START)]),
    "to the day before, and from the first day": (True, [episode(0, end=BEFORE, reason="E4A"), episode(0, START)]),
    "begun behind the year": (False, [episode(0, BEHIND)]),
    "ended before the year": (False, [episode(0, end=BEFORE, reason="E4A")]),
    "moved in the year": (
        True, [episode(0, end=MIDDLE, reason="X1"), episode(0, MIDDLE, new_episode_reason="P", placement="K2")],
    ),
    "another legal status from the last day": (
        True, [episode(0, end=END, reason="X1"), episode(0, END, new_episode_reason="L", legal_status="C1")],
    ),
    "out for a week": (False, [episode(0, end=D(2024, 9, 2), reason="E4A"), episode(0, MIDDLE)]),
    "an end without a reason": (False, [episode(0, end=MIDDLE), episode(0, MIDDLE, new_episode_reason="P")]),
    "short break that ended before the year": (True, [short_break(0, D(2019, 1, 1), BEFORE), episode(0, START)]),
    "short break that ended on the first day": (False, [short_break(0, D(2019, 1, 1), START), episode(0, START)]),
    "short break beside the care, from the last day": (False, [episode(0), short_break(0, END, None, "V3")]),
    "short break beside the care, behind the year": (True, [episode(0), short_break(0, BEHIND, None, "V3")]),
    "short breaks only": (False, [short_break(0, D(2019, 1, 1), None)]),
    "ended and begun behind the year": (True, [episode(0, end=BEHIND, reason="E4A"), episode(0, D(2025, 5, 5))]),
}  # fmt: skip


@pytest.mark.parametrize(("counted", "episodes"), TWELVE_MONTHS.values(), ids=TWELVE_MONTHS)
def test_who_is_looked_after_for_twelve_months(counted, episodes):
    # Another child keeps the figure there.
    told = [{"child": child, "year_end": END, "teeth_check": "1", "convicted": "1"} for child in (0, 1)]
    found = history(episodes=[*episodes, episode(1)], outcomes=told)
    assert counts(found, "cla-dental-check") == (1 + counted, 1 + counted)
    assert counts(found, "cla-convictions") == (1 + counted, 1 + counted)


def test_twelve_months_of_a_leap_year_begin_on_1_april_too():
    told = [{"child": child, "year_end": D(2024, 3, 31), "teeth_check": "1"} for child in range(3)]
    starts = [D(2023, 3, 31), D(2023, 4, 1), D(2023, 4, 2)]
    found = history(episodes=[episode(child, start) for child, start in enumerate(starts)], outcomes=told)
    assert counts(found, "cla-dental-check", year="2023-24") == (2, 2)


@pytest.mark.parametrize(("name", "item"), HEALTH.items())
def test_each_health_figure_reads_its_own_answer(name, item):
    others = {other: "0" for other in (*HEALTH.values(), "health_check", "convicted") if other != item}
    answers = ["1", "0", None, "2"]
    told = [{"child": child, "year_end": END, **others, item: answer} for child, answer in enumerate(answers)]
    found = history(episodes=[episode(child) for child in range(5)], outcomes=told)
    # The fifth has no row at all.
    assert counts(found, name) == (1, 5)
    assert total(found, name)["note"] == "3 without an answer, counted as no"


def test_only_the_row_of_the_year_tells():
    told = [{"child": 0, "year_end": D(year, 3, 31), "teeth_check": "1"} for year in (2024, 2026)]
    told += [{"child": 1, "year_end": END, "teeth_check": "1"}]
    found = history(episodes=[episode(0), episode(1)], outcomes=told)
    assert counts(found, "cla-dental-check") == (1, 2)
    assert counts(found, "cla-dental-check", year="2023-24") == (1, 2)


@pytest.mark.parametrize("name", ["cla-dental-check", "cla-sdq-completed", "cla-convictions"])
def test_a_child_with_two_rows_of_the_year_counts_once(name):
    row = {"child": 0, "year_end": END, "teeth_check": "1", "sdq_score": 3, "convicted": "1"}
    rows = [row, row, {"child": 0, "year_end": END}, {"child": 1, "year_end": END}]
    for some in (rows, rows[::-1]):
        assert counts(history(episodes=[episode(0), episode(1)], outcomes=some), name) == (1, 2)


@pytest.mark.parametrize("name", ONCE_A_YEAR)
@pytest.mark.parametrize("asked", [{"period": "quarter"}, {"period": "rolling"}, {"as_at": END}])
def test_what_is_told_once_a_year_is_refused_for_other_periods(name, asked):
    found = history(episodes=[episode(0)], outcomes=[{"child": 0, "year_end": END}])
    with pytest.raises(ValueError, match="once"):
        cr.indicators(found, [name], **asked)


@pytest.mark.parametrize("name", ONCE_A_YEAR)
def test_an_authority_that_sent_no_oc2_has_no_figure_and_takes_none_from_another(name):
    told = [{"child": 0, "year_end": END, "sdq_score": 20, "teeth_check": "1", "convicted": "1"}]
    found = history(
        la={1: "302"}, authorities=["301", "302"], episodes=[episode(0), episode(1)], outcomes=told, born={0: BORN}
    )
    rows = figures(found, name).filter(pl.col("breakdown") == "total")
    values = dict(rows.select("la_code", "denominator").rows())
    assert values["302"] is None
    assert values["301"] == (0 if name == "cla-development-assessment" else 1)


# -- scores -------------------------------------------------------------------------------------------------------------

#: Born → whether a score is asked for at 4 to 16, and published at 5 to 16.
SCORED = {
    D(2020, 3, 31): (True, True),  # five on the day
    D(2020, 4, 1): (True, False),
    D(2020, 2, 29): (True, True),  # five on 1 March
    D(2021, 3, 31): (True, False),  # four on the day
    D(2021, 4, 1): (False, False),
    D(2008, 4, 1): (True, True),
    D(2008, 3, 31): (False, False),  # seventeen on the day
    D(2008, 2, 29): (False, False),  # seventeen on 1 March
    D(2025, 6, 1): (False, False),  # born behind the day
    None: (False, False),
}


@pytest.mark.parametrize(("born", "asked"), SCORED.items(), ids=str)
def test_ages_of_scores(born, asked):
    found = history(
        born={0: born}, episodes=[episode(0, D(2021, 5, 1))], outcomes=[{"child": 0, "year_end": END, "sdq_score": 20}]
    )
    four, five = asked
    assert counts(found, "cla-sdq-average", "age_range=4-16")[1] == four
    assert counts(found, "cla-sdq-average")[1] == five
    assert counts(found, "cla-sdq-concern") == (five, five)
    assert counts(found, "cla-sdq-completed") == (five, five)


def test_which_scores_are_taken_and_their_bands():
    scores = [(0, None), (13, None), (14, None), (16, None), (17, None), (40, None), (41, None), (-1, None), (None, None),
              (None, "SDQ2"), (20, "SDQ1")]  # fmt: skip
    told = [
        {"child": child, "year_end": END, "sdq_score": score, "sdq_reason": why}
        for child, (score, why) in enumerate(scores)
    ]
    found = history(episodes=[episode(child) for child in range(12)], outcomes=told)
    row = total(found, "cla-sdq-average")
    assert (row["numerator"], row["denominator"], row["value"]) == (100, 6, 16.7)
    assert counts(found, "cla-sdq-concern") == (2, 6)
    assert beside(found, "cla-sdq-concern", "score") == {"normal": 2, "borderline": 2}
    assert counts(found, "cla-sdq-completed") == (6, 12)
    for name in ("cla-sdq-average", "cla-sdq-concern", "cla-sdq-completed"):
        note = total(found, name)["note"]
        assert "3 with a score that is not taken" in note
        assert "1 without a row of OC2" in note


def test_nobody_with_a_score_has_no_mean():
    found = history(episodes=[episode(0)], outcomes=[{"child": 0, "year_end": END}])
    row = total(found, "cla-sdq-average")
    assert (row["denominator"], row["value"]) == (0, None)


@pytest.mark.parametrize(
    ("born", "counted"),
    [(D(2020, 3, 31), 0), (D(2020, 4, 1), 1), (D(2020, 2, 29), 0), (D(2024, 4, 1), 1), (D(2025, 6, 1), 0), (None, 0)],
    ids=str,
)
def test_ages_of_development_assessments(born, counted):
    told = [{"child": 0, "year_end": END, "health_check": "1"}]
    found = history(born={0: born}, episodes=[episode(0, START)], outcomes=told)
    assert counts(found, "cla-development-assessment") == (counted, counted)


@pytest.mark.parametrize(
    ("born", "counted"),
    [(D(2015, 3, 31), 1), (D(2015, 4, 1), 0), (D(2007, 4, 1), 1), (D(2007, 3, 31), 0), (None, 0)],
    ids=str,
)
def test_ages_of_convictions(born, counted):
    told = [
        {"child": child, "year_end": END, "convicted": answer} for child, answer in enumerate(["1", "0", None, "2"])
    ]
    found = history(born=dict.fromkeys(range(4), born), episodes=[episode(child) for child in range(4)], outcomes=told)
    assert counts(found, "cla-convictions") == (counted, 4 * counted)


# -- missing ------------------------------------------------------------------------------------------------------------


def gone(child: int, start: dt.date, end: dt.date | None, kind: str | None = "M"):
    return {"child": child, "kind": kind, "start_date": start, "end_date": end}


#: Missing from, to → whether it touches the year, and its last six months.
MISSING = {
    (D(2023, 1, 1), BEFORE): (0, 0),
    (D(2023, 1, 1), START): (1, 0),
    (START, START): (1, 0),
    (D(2024, 5, 1), D(2024, 9, 30)): (1, 0),
    (D(2024, 5, 1), D(2024, 10, 1)): (1, 1),
    (D(2023, 1, 1), None): (1, 1),
    (END, END): (1, 1),
    (END, None): (1, 1),
    (BEHIND, None): (0, 0),
}


@pytest.mark.parametrize(("span", "met"), MISSING.items(), ids=str)
def test_being_missing_at_the_edges(span, met):
    found = history(episodes=[episode(0)], missing=[gone(0, *span)])
    year, half = met
    assert counts(found, "cla-missing") == (year, 1)
    assert counts(found, "cla-missing", "window_months=6") == (half, 1)
    assert counts(found, "cla-missing", "show=episodes")[0] == year


def test_kinds_of_being_missing_and_how_often():
    spells = [
        gone(0, MIDDLE, MIDDLE), gone(0, D(2024, 9, 10), D(2024, 9, 11)), gone(0, MIDDLE, MIDDLE, "A"),
        # The same row twice is one time; one that came back on another day is another.
        gone(0, MIDDLE, MIDDLE), gone(0, MIDDLE, D(2024, 9, 12)),
        gone(1, MIDDLE, None, "A"), gone(2, MIDDLE, None, None), gone(3, MIDDLE, None),
    ]  # fmt: skip
    # The fourth was looked after before the year only, the fifth is never missing.
    episodes = [episode(0), episode(1), episode(2), episode(3, end=BEFORE, reason="E4A"), episode(4)]
    found = history(episodes=episodes, missing=spells)
    assert counts(found, "cla-missing") == (1, 4)
    assert counts(found, "cla-missing", "type=A") == (2, 4)
    assert counts(found, "cla-missing", "type=M_or_A") == (2, 4)
    assert counts(found, "cla-missing", "show=episodes") == (3, None)
    assert counts(found, "cla-missing", "type=M_or_A,show=episodes") == (5, None)


LOOKED_AFTER_IN_THE_YEAR = {
    "to the first day": (1, [episode(0, end=START, reason="E4A")]),
    "to the day before": (0, [episode(0, end=BEFORE, reason="E4A")]),
    "from the last day": (1, [episode(0, END)]),
    "from the day after": (0, [episode(0, BEHIND)]),
    "short breaks": (0, [short_break(0, D(2024, 5, 1), D(2024, 6, 1))]),
    "two episodes": (1, [episode(0, end=MIDDLE, reason="X1"), episode(0, MIDDLE, new_episode_reason="P")]),
    "two times in care": (1, [episode(0, end=D(2024, 6, 6), reason="E4A"), episode(0, MIDDLE)]),
}


@pytest.mark.parametrize(("counted", "episodes"), LOOKED_AFTER_IN_THE_YEAR.values(), ids=LOOKED_AFTER_IN_THE_YEAR)
def test_who_is_looked_after_in_the_year(counted, episodes):
    order = {"child": 0, "start_date": MIDDLE, "end_date": None}
    found = history(episodes=episodes, missing=[gone(0, MIDDLE, None)], deprivations_of_liberty=[order])
    assert counts(found, "cla-missing") == (counted, counted)
    assert beside(found, "cla-entering-custody", "looked after in the period").get("children", 0) == counted


def test_the_six_months_narrow_those_looked_after_too():
    episodes = [episode(0, end=D(2024, 9, 30), reason="E4A"), episode(1, end=D(2024, 10, 1), reason="E4A"), episode(2)]
    found = history(episodes=episodes, missing=[gone(child, D(2024, 9, 1), D(2024, 10, 1)) for child in range(3)])
    assert counts(found, "cla-missing") == (3, 3)
    assert counts(found, "cla-missing", "window_months=6") == (2, 2)


def test_missing_in_a_snapshot_ends_with_its_day():
    found = history(episodes=[episode(0)], missing=[gone(0, D(2024, 7, 1), None)])
    assert counts(found, "cla-missing", as_at=D(2024, 6, 30)) == (0, 1)
    assert counts(found, "cla-missing", as_at=D(2024, 7, 1)) == (1, 1)
    # Twelve months to 30 June 2025, and the quarter of it.
    assert [row["numerator"] for row in figures(found, "cla-missing", period="rolling", year="2024-25").rows(named=True)] == [
        0, 1, 1, 1,
    ]  # fmt: skip


#: Episodes, the day on which the child goes missing → whether it was in the family network, and ever lived there in the year.
NETWORK = {
    "with a relative": (1, 1, [episode(0, placement="U3")], MIDDLE),
    "with parents": (1, 1, [episode(0, placement="P1")], MIDDLE),
    "with other carers": (0, 0, [episode(0, placement="U4")], MIDDLE),
    "in hospital, from a relative's": (
        0, 1, [episode(0, end=MIDDLE, reason="X1", placement="U1"), episode(0, MIDDLE, new_episode_reason="P", placement="T1")],
        MIDDLE,
    ),
    "the day of the move to a relative": (
        1, 1, [episode(0, end=MIDDLE, reason="X1"), episode(0, MIDDLE, new_episode_reason="P", placement="U2")], MIDDLE,
    ),
    "the day before the move to a relative": (
        0, 1, [episode(0, end=MIDDLE, reason="X1"), episode(0, MIDDLE, new_episode_reason="P", placement="U2")], D(2024, 9, 8),
    ),
    "the day of the move from a relative": (
        0, 1, [episode(0, end=MIDDLE, reason="X1", placement="U2"), episode(0, MIDDLE, new_episode_reason="P")], MIDDLE,
    ),
    "the day on which care ends": (0, 1, [episode(0, end=MIDDLE, reason="E4A", placement="U1")], MIDDLE),
    "the day before care ends": (1, 1, [episode(0, end=MIDDLE, reason="E4A", placement="U1")], D(2024, 9, 8)),
    "the first day of the year": (1, 1, [episode(0, placement="U1")], START),
    "the day before the year": (0, 1, [episode(0, placement="U1")], BEFORE),
    "the last day of the year": (1, 1, [episode(0, placement="U1")], END),
    "the day behind the year": (0, 1, [episode(0, placement="U1")], BEHIND),
    "in a short break": (0, 0, [{**short_break(0, LONG_AGO, None), "placement": "U1"}], MIDDLE),
    "with a relative until the year began": (
        0, 1, [episode(0, end=START, reason="X1", placement="U1"), episode(0, START, new_episode_reason="P")], MIDDLE,
    ),
    "with a relative until before the year": (
        0, 0, [episode(0, end=BEFORE, reason="X1", placement="U1"), episode(0, BEFORE, new_episode_reason="P")], MIDDLE,
    ),
}  # fmt: skip


@pytest.mark.parametrize(("met", "lived", "episodes", "day"), NETWORK.values(), ids=NETWORK)
def test_missing_from_the_family_network(met, lived, episodes, day):
    found = history(episodes=episodes, missing=[gone(0, day, None), gone(0, day, None), gone(0, MIDDLE, MIDDLE, "A")])
    name = "cla-missing-family-network"
    assert counts(found, name) == (met, None)
    shown = beside(found, name, "family network")
    assert (shown.get("times missing", 0), shown.get("children", 0)) == (met, lived)


def test_missing_of_one_authority_is_not_that_of_another():
    found = history(
        la={1: "302"}, authorities=["301", "302"], episodes=[episode(0, placement="U1"), episode(1, placement="U1")],
        missing=[gone(1, MIDDLE, None), gone(1, END, None)],
    )  # fmt: skip
    for name in ("cla-missing", "cla-missing-family-network"):
        rows = figures(found, name).filter(pl.col("breakdown") == "total")
        assert dict(rows.select("la_code", "numerator").rows()) == {"301": 0, "302": 1}
        notes = dict(rows.select("la_code", "note").rows())
        assert "was the table sent" in notes["301"]
        assert "was the table sent" not in (notes["302"] or "")


# -- social workers -----------------------------------------------------------------------------------------------------


def worker(child: int, number: str | None, start: dt.date, end: dt.date | None = None, reason: str | None = None):
    return {"child": child, "worker": number, "start_date": start, "end_date": end, "reason": reason}


THREE = [("SW1", START, MIDDLE), ("SW2", MIDDLE, END)]

WORKERS = {
    "a third": (1, 1, [("SW3", MIDDLE, None)]),
    "one who came back": (0, 0, [("SW1", END, None)]),
    "a third until the first day": (1, 1, [("SW3", LONG_AGO, START)]),
    "a third until the day before": (0, 0, [("SW3", LONG_AGO, BEFORE)]),
    "a third from the last day": (1, 1, [("SW3", END, None)]),
    "a third from the day after": (0, 0, [("SW3", BEHIND, None)]),
    "a third for a day": (1, 1, [("SW3", MIDDLE, MIDDLE)]),
    "one without registration": (1, 0, [("XX3", MIDDLE, None)]),
    "one without a number": (0, 0, [(None, MIDDLE, None)]),
    "the second again": (0, 0, [("SW2", MIDDLE, END)]),
    "nobody else": (0, 0, []),
}


@pytest.mark.parametrize(("met", "registered", "rows"), WORKERS.values(), ids=WORKERS)
def test_three_social_workers(met, registered, rows):
    found = history(episodes=[episode(0)], social_workers=[worker(0, *row) for row in (*THREE, *rows)])
    assert counts(found, "cla-3plus-social-workers") == (met, 1)
    assert counts(found, "cla-3plus-social-workers", "unknown_ids=ignore") == (registered, 1)


AT_THE_END = {
    "in care": (1, [episode(0)]),
    "from the last day": (1, [episode(0, END)]),
    "to the last day": (0, [episode(0, end=END, reason="E4A")]),
    "to the day after": (1, [episode(0, end=BEHIND, reason="E4A")]),
    "from the day after": (0, [episode(0, BEHIND)]),
    "a short break": (0, [short_break(0, START, None)]),
    "moved on the last day": (1, [episode(0, end=END, reason="X1"), episode(0, END, new_episode_reason="P")]),
    "overlapping episodes": (1, [episode(0), episode(0, MIDDLE, new_episode_reason="P")]),
}


@pytest.mark.parametrize(("counted", "episodes"), AT_THE_END.values(), ids=AT_THE_END)
def test_who_is_looked_after_on_the_last_day(counted, episodes):
    rows = [worker(0, f"SW{at}", MIDDLE, None, "LEFTRL") for at in range(3)]
    placed = [{"location": "OUT", "distance": 3.0, "placement": "K3", **one} for one in episodes]
    placed = [{**one, "placement": "K3"} for one in placed]
    found = history(born={0: D(2008, 6, 6)}, episodes=placed, social_workers=rows)
    for name in ("cla-3plus-social-workers", "cla-placed-outside-la", "cla-16-17-supported-accommodation"):
        assert counts(found, name) == (counted, counted), name
    assert counts(found, "cla-aged-16-17")[0] == counted
    assert counts(found, "cla-average-distance")[1] == counted
    assert counts(found, "cla-social-worker-change-reasons")[1] == 3 * counted


def test_twelve_months_to_a_day_begin_in_the_year_before():
    rows = [
        worker(0, "SW1", D(2024, 1, 1), D(2024, 7, 1)),
        worker(0, "SW2", D(2024, 7, 1), MIDDLE),
        worker(0, "SW3", MIDDLE),
    ]
    asked = {"as_at": D(2025, 6, 30)}
    name = "cla-3plus-social-workers"
    whole = history(episodes=[episode(0)], social_workers=rows)
    assert counts(whole, name, **asked) == (1, 1)
    assert total(whole, name, **asked)["note"] is None
    # The return of 2025-26 alone does not hold those who had gone before it.
    part = history(first=BEHIND, episodes=[episode(0)], social_workers=rows[2:])
    assert counts(part, name, **asked) == (0, 1)
    assert "1 looked after, whose social workers of all the twelve months" in total(part, name, **asked)["note"]
    # Nor does any return from before they were collected.
    early = history(episodes=[episode(0)], social_workers=rows[:1])
    assert "undercounted" in total(early, name, as_at=D(2024, 3, 30))["note"]
    assert total(early, name, as_at=BEFORE)["note"] is None


def test_three_social_workers_of_a_quarter_are_refused():
    with pytest.raises(ValueError, match="too short"):
        cr.indicators(history(episodes=[episode(0)]), ["cla-3plus-social-workers"], period="quarter", year="2024-25")


def test_reasons_for_a_change_of_social_worker():
    rows = [
        worker(0, "SW1", START, None, "LEFTRL"), worker(0, "SW2", END, END, "FCONTA"), worker(0, "SW2", MIDDLE, None, "LEFTRL"),
        worker(0, "SW3", BEFORE, None, "MANAGE"), worker(0, "SW3", BEHIND, None, "MANAGE"),
        worker(0, "SW4", MIDDLE, None, None), worker(0, "SW5", MIDDLE, None, "SWLAZY"),
        # Without a number it is a change still; the same row twice is one.
        worker(0, None, MIDDLE, None, "SWDIED"), worker(0, None, MIDDLE, None, "SWDIED"),
        worker(1, "SW6", MIDDLE, None, "OTHERS"),
    ]  # fmt: skip
    found = history(episodes=[episode(0), episode(1, end=END, reason="E4A")], social_workers=rows)
    name = "cla-social-worker-change-reasons"
    assert counts(found, name) == (4, 4)
    assert beside(found, name, "reason") == {"LEFTRL": 2, "FCONTA": 1, "SWDIED": 1}
    assert total(found, name)["note"] == "2 left out: without a valid reason"
    quarters = figures(found, name, period="quarter", year="2024-25").filter(pl.col("breakdown") == "total")
    assert quarters["denominator"].to_list() == [1, 3, 0, 1]


def test_an_authority_without_social_workers_has_no_figure():
    found = history(
        la={1: "302"}, authorities=["301", "302"], episodes=[episode(0), episode(1)],
        social_workers=[worker(1, f"SW{at}", MIDDLE) for at in range(3)],
    )  # fmt: skip
    rows = figures(found, "cla-3plus-social-workers").filter(pl.col("breakdown") == "total")
    assert dict(rows.select("la_code", "value").rows()) == {"301": None, "302": 100}


# -- deprivation of liberty ---------------------------------------------------------------------------------------------

#: Order from, to → in force at any time in 2026-27, and on its last day.
ORDERS = {
    (D(2026, 1, 10), D(2026, 3, 31)): (0, 0),
    (D(2026, 1, 10), D(2026, 4, 1)): (1, 0),
    (D(2026, 1, 10), None): (1, 1),
    (D(2026, 4, 1), D(2026, 4, 1)): (1, 0),
    (D(2026, 5, 1), D(2027, 3, 30)): (1, 0),
    (D(2026, 5, 1), D(2027, 3, 31)): (1, 0),
    (D(2026, 5, 1), D(2027, 4, 1)): (1, 1),
    (D(2027, 3, 31), None): (1, 1),
    (D(2027, 4, 1), None): (0, 0),
}


def held(child: int, start: dt.date, end: dt.date | None):
    return {"child": child, "start_date": start, "end_date": end}


@pytest.mark.parametrize(("span", "met"), ORDERS.items(), ids=str)
def test_orders_at_the_edges(span, met):
    found = history(last=D(2027, 3, 31), episodes=[episode(0)], deprivations_of_liberty=[held(0, *span)])
    name, (year, last_day) = "cla-deprivation-of-liberty", met
    assert counts(found, name, year="2026-27") == (year, None)
    assert counts(found, name, "measure=orders", year="2026-27")[0] == year
    assert counts(found, name, "measure=open_31_march", year="2026-27")[0] == last_day
    assert beside(found, name, "looked after in the period", year="2026-27") == {"children": 1}


def test_several_orders_of_a_child():
    spans = [(D(2026, 5, 1), D(2026, 6, 1)), (D(2026, 6, 1), None), (D(2026, 6, 1), None)]
    orders = [held(0, *span) for span in spans] + [held(2, *spans[0])]
    episodes = [
        episode(0, end=D(2026, 9, 9), reason="X1"),
        episode(0, D(2026, 9, 9), new_episode_reason="P"),
        episode(1),
    ]
    episodes += [episode(2, end=D(2026, 3, 31), reason="E4A")]
    found = history(last=D(2027, 3, 31), episodes=episodes, deprivations_of_liberty=orders)
    name = "cla-deprivation-of-liberty"
    assert counts(found, name, year="2026-27")[0] == 1
    # The same row twice is one order.
    assert counts(found, name, "measure=orders", year="2026-27")[0] == 2
    assert beside(found, name, "looked after in the period", "measure=orders", year="2026-27") == {"children": 2}
    assert total(found, name, year="2026-27")["note"].startswith("1 left out: the child was not looked after")
    quarters = figures(found, name, "measure=orders", period="quarter", year="2026-27").filter(
        pl.col("breakdown") == "total"
    )
    assert quarters["numerator"].to_list() == [2, 1, 1, 1]


def test_orders_before_they_are_collected_are_no_figure():
    row = total(
        history(episodes=[episode(0)], deprivations_of_liberty=[held(0, MIDDLE, None)]), "cla-deprivation-of-liberty"
    )
    assert row["value"] is None
    assert "collected from 2026-27" in row["note"]


# -- distance -----------------------------------------------------------------------------------------------------------


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
    return [
        episode(0, D(2019, 1, 1), start, "X1", location="IN"),
        episode(0, start, placement=place, location=where, **{"new_episode_reason": "P", **more}),
    ]


SECURE = {
    "from the first day": (1, 1, secure(START)),
    "from the day before": (0, 0, secure(BEFORE)),
    "from the last day": (1, 1, secure(END)),
    "from the day after": (0, 0, secure(BEHIND)),
    "for a day": (1, 1, secure(MIDDLE, end_date=MIDDLE, end_reason="E4A")),
    "in the area": (0, 0, secure(MIDDLE, "IN")),
    "not known where": (0, 0, secure(MIDDLE, None)),
    "a children's home": (0, 0, secure(MIDDLE, place="K2")),
    "young offender institution": (0, 1, secure(MIDDLE, place="R5")),
    "both legal status and placement change": (1, 1, secure(MIDDLE, new_episode_reason="B")),
    "care begins there": (1, 1, [episode(0, MIDDLE, placement="K1", location="OUT")]),
    "a short break": (0, 0, [{**short_break(0, MIDDLE, None), "placement": "K1", "location": "OUT"}]),
    "legal status changes there": (
        0, 0,
        [*secure(BEFORE, end_date=MIDDLE, end_reason="X1"),
         episode(0, MIDDLE, placement="K1", location="OUT", new_episode_reason="L", legal_status="C1")],
    ),
    "the same home is now called one": (
        0, 0, [episode(0, end=MIDDLE, reason="X1", placement="K2", location="OUT"),
               episode(0, MIDDLE, placement="K1", location="OUT", new_episode_reason="T")],
    ),
    "back from hospital": (
        0, 0,
        [*secure(BEFORE, end_date=MIDDLE, end_reason="X1"),
         episode(0, MIDDLE, D(2024, 9, 12), "X1", placement="T1", location="OUT", new_episode_reason="P"),
         episode(0, D(2024, 9, 12), placement="K1", location="OUT", new_episode_reason="P")],
    ),
    "twice": (
        1, 1, [*secure(START, end_date=MIDDLE, end_reason="E4A"), episode(0, END, placement="K1", location="OUT")],
    ),
    "first in the area, then outside": (
        1, 1, [*secure(START, "IN", end_date=MIDDLE, end_reason="E4A"), episode(0, END, placement="K1", location="OUT")],
    ),
    "first not known where, then outside": (
        1, 1, [*secure(START, None, end_date=MIDDLE, end_reason="E4A"), episode(0, END, placement="K1", location="OUT")],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("homes", "with_prisons", "episodes"), SECURE.values(), ids=SECURE)
def test_secure_placements_outside(homes, with_prisons, episodes):
    found = history(episodes=episodes)
    assert counts(found, "cla-secure-outside-la") == (homes, None)
    assert counts(found, "cla-secure-outside-la", "include=K1_and_R5") == (with_prisons, None)


def test_a_secure_home_of_which_it_is_not_known_where_is_said():
    assert total(history(episodes=secure(MIDDLE, None)), "cla-secure-outside-la")["note"].startswith("1 left out")
    both = [*secure(START, None, end_date=MIDDLE, end_reason="E4A"), episode(0, END, placement="K1", location="OUT")]
    assert total(history(episodes=both), "cla-secure-outside-la")["note"] is None


def test_secure_placements_by_quarter():
    found = history(episodes=secure(D(2024, 6, 30)))
    assert figures(found, "cla-secure-outside-la", period="quarter", year="2024-25")["numerator"].to_list() == [
        1,
        0,
        0,
        0,
    ]
