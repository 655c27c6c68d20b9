"""Health of children looked after for twelve months: the days, ages and answers on which each figure turns."""

from __future__ import annotations

import pytest
from indicators.small_histories import (
    ALMOST,
    BEFORE,
    BEHIND,
    BORN,
    END,
    MIDDLE,
    NEXT,
    START,
    D,
    beside,
    by_authority,
    counts,
    episode,
    history,
    short_break,
    total,
)

import csc_returns as cr

# -- health: who is looked after for twelve months ---------------------------------------------------------------------

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
    "to the last day": (True, [episode(0, end=END, end_reason="E4A")]),
    "to the day before the last": (False, [episode(0, end=ALMOST, end_reason="E4A")]),
    "to the first day, and not again": (False, [episode(0, end=START, end_reason="E4A")]),
    "to the first day, and again from it": (False, [episode(0, end=START, end_reason="E4A"), episode(0, START)]),
    "to the day before, and from the first day": (True, [episode(0, end=BEFORE, end_reason="E4A"), episode(0, START)]),
    "begun behind the year": (False, [episode(0, BEHIND)]),
    "ended before the year": (False, [episode(0, end=BEFORE, end_reason="E4A")]),
    "moved in the year": (
        True, [episode(0, end=MIDDLE, end_reason="X1"), episode(0, MIDDLE, reason="P", place="K2")],
    ),
    "another legal status from the last day": (
        True, [episode(0, end=END, end_reason="X1"), episode(0, END, reason="L", status="C1")],
    ),
    "out for a week": (False, [episode(0, end="2024-09-02", end_reason="E4A"), episode(0, MIDDLE)]),
    "an end without a reason": (False, [episode(0, end=MIDDLE), episode(0, MIDDLE, reason="P")]),
    "short break that ended before the year": (True, [short_break(0, "2019-01-01", BEFORE), episode(0, START)]),
    "short break that ended on the first day": (False, [short_break(0, "2019-01-01", START), episode(0, START)]),
    "short break beside the care, from the last day": (False, [episode(0), short_break(0, END, None, "V3")]),
    "short break beside the care, behind the year": (True, [episode(0), short_break(0, BEHIND, None, "V3")]),
    "short breaks only": (False, [short_break(0, "2019-01-01", None)]),
    "ended and begun behind the year": (True, [episode(0, end=BEHIND, end_reason="E4A"), episode(0, "2025-05-05")]),
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
    values = by_authority(found, name, "denominator")
    assert values["302"] is None
    assert values["301"] == (0 if name == "cla-development-assessment" else 1)


# -- scores ------------------------------------------------------------------------------------------------------------

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
        born={0: born}, episodes=[episode(0, "2021-05-01")], outcomes=[{"child": 0, "year_end": END, "sdq_score": 20}]
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
