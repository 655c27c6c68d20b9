import polars as pl
import pytest

from csc_returns.validation.rules.ssda903.shared.care import (
    adopted_in_year,
    care_ended,
    continuously_looked_after,
    end_or_window_end,
    looked_after,
    not_short_break,
    open_at_year_end,
    outside_every_period,
    outside_period,
    periods_of_care,
    rows_not_of,
    rows_of,
    running_in_year,
    short_breaks_only,
    status_runs,
    status_spells,
)

COLUMNS = "CHILD DECOM RNE LS DEC REC"


def flags(data, expression: pl.Expr) -> list[bool]:
    return data["Episodes"].select(expression.alias("flag")).collect()["flag"].to_list()


def children(data, frame: pl.LazyFrame) -> list[str]:
    found = data["Episodes"].join(frame, on="child", how="semi").select("CHILD").unique().collect()
    assert frame.collect()["child"].is_unique().all()
    return sorted(found["CHILD"].to_list())


@pytest.mark.parametrize(
    ("episodes", "expected"),
    [
        (["A 01/01/2024 S C2 - -"], True),
        (["A 31/03/2026 P C2 - -"], True),
        (["A 01/04/2026 P C2 - -"], False),  # the year is over
        (["A 01/01/2024 S C2 31/03/2025 X1"], False),  # ended before it
        (["A 01/01/2024 S C2 01/04/2025 X1"], True),
        (["A 01/04/2025 S C2 - -"], True),  # started on the first day
        (["A 02/04/2025 S C2 - -"], False),
        (["A 31/03/2026 S C2 - -"], False),
        (["A 01/01/2024 S C2 - -", "A 01/04/2026 S C2 - -"], True),  # the second one is next year's
        (["A 01/01/2024 S C2 01/04/2025 E4A"], False),
        (["A 01/01/2024 S C2 30/03/2026 -"], False),  # no reason is not X1
        (["A 01/01/2024 S C2 31/03/2026 E4A"], True),  # the last day is not before the end
        (["A 01/01/2024 S C2 - -", "A 01/01/2020 S C2 31/03/2025 E4A"], True),
        (["A 01/01/2024 S V3 - -"], False),
        (["A 01/01/2024 S C2 - -", "A 01/01/2020 S V4 31/03/2025 X1"], True),  # a short break before the year
        (["A 01/01/2024 S - - -"], True),
        (["A 01/01/2024 S C2 31/02/2026 E4A"], True),  # unreadable is blank
        (["A - S C2 - -"], False),
        (["- 01/01/2024 S C2 - -"], False),
    ],
)
def test_continuously_looked_after(returned, table, episodes, expected):
    data = returned(Episodes=table(COLUMNS, *episodes))
    found = data.shared(continuously_looked_after).collect()
    assert found.height == int(expected)


def test_children_on_short_breaks(returned, table):
    data = returned(
        Episodes=table("CHILD LS", "A V3", "A V4", "B V3", "B C2", "C V4", "C -", "D C2", "- V3", "- C1"),
    )
    assert children(data, data.shared(short_breaks_only)) == ["A"]
    assert children(data, data.shared(looked_after)) == ["B", "C", "D"]
    assert flags(data, not_short_break()) == [False, False, False, True, False, True, True, False, True]


def test_rows_of_children(returned, table):
    data = returned(Episodes=table("CHILD LS", "A V3", "- V3"), OC2=table("CHILD", "B", "A", "-"))
    assert rows_of(data, "OC2", short_breaks_only).collect()["OC2"].to_list() == [1]
    assert rows_not_of(data, "OC2", short_breaks_only).collect()["OC2"].to_list() == [0, 2]


def test_expressions_on_episodes(returned, table):
    data = returned(
        Episodes=table(
            COLUMNS,
            "A 01/01/2024 S C2 31/03/2025 X1",
            "A 01/01/2024 S C2 01/04/2025 E11",
            "A 01/04/2026 S C2 - -",
            "A 31/03/2026 S C2 31/02/2026 E12",
            "A 31/03/2026 S V3 - -",
            "A - S - - -",
        )
    )
    assert flags(data, running_in_year(data)) == [False, True, False, True, True, False]
    assert flags(data, adopted_in_year(data)) == [False, True, False, False, False, False]
    assert flags(data, care_ended()) == [False, True, False, True, False, False]
    assert flags(data, open_at_year_end()) == [False, False, True, False, False, True]
    assert [str(day) for day in flags(data, end_or_window_end(data, unreadable=False))[2:5]] == [
        "2026-03-31",
        "None",
        "2026-03-31",
    ]
    assert str(flags(data, end_or_window_end(data, unreadable=True))[3]) == "2026-03-31"


EPISODES = (
    COLUMNS,
    "A 01/05/2025 S C2 10/05/2025 X1",
    "A 10/05/2025 P C2 20/05/2025 E4A",  # touches
    "A 22/05/2025 P C2 30/05/2025 X1",  # a gap
    "A 25/05/2025 P C2 - -",  # overlaps, open
    "A 01/09/2025 S C2 02/09/2025 X1",  # after an open one
    "B 01/05/2025 S C2 - -",
    "B - S C2 02/05/2025 -",
    "- 01/05/2025 S C2 - -",
)


def test_periods_of_care(returned, table):
    data = returned(Episodes=table(*EPISODES))
    periods = data.shared(periods_of_care).sort("period_start", "period_end").collect()
    dates = [(str(start), str(end)) for start, end in periods.select("period_start", "period_end").rows()]
    assert dates == [("2025-05-01", "None"), ("2025-05-01", "2025-05-20"), ("2025-05-22", "2025-09-02")]
    assert periods["child"].n_unique() == 2


@pytest.mark.parametrize(
    ("child", "start", "end", "outside"),
    [
        ("A", "01/05/2025", "20/05/2025", False),
        ("A", "01/05/2025", "21/05/2025", True),  # between the two periods
        ("A", "01/05/2025", "22/05/2025", False),  # the first day of the second
        ("A", "01/05/2025", "03/09/2025", True),
        ("A", "01/04/2025", "30/04/2025", True),
        ("A", "01/06/2025", "-", True),  # both periods are closed
        ("B", "01/06/2025", "-", False),
        ("B", "30/04/2025", "-", True),
        ("B", "-", "30/04/2025", True),
        ("C", "01/06/2025", "-", False),  # no period at all
    ],
)
def test_outside_every_period(returned, table, child, start, end, outside):
    data = returned(Episodes=table(*EPISODES), Missing=table("CHILD MIS_START MIS_END", f"{child} {start} {end}"))
    found = outside_every_period(data, "Missing", outside_period("MIS_START", "MIS_END")).collect()
    assert found["Missing"].to_list() == ([0] if outside else [])


def test_runs_of_one_status(returned, table):
    data = returned(
        Episodes=table(
            COLUMNS,
            "A 01/05/2025 S L1 02/05/2025 X1",
            "A 02/05/2025 P L1 05/05/2025 X1",  # the very day
            "A 06/05/2025 P L1 07/05/2025 X1",  # a day later
            "A 07/05/2025 L L2 08/05/2025 X1",  # another status
            "A 08/05/2025 L L1 09/05/2025 X1",
            "A 09/05/2025 L - 09/05/2025 X1",  # none: parts two runs
            "A 09/05/2025 L L1 09/05/2025 X1",
            "B 09/05/2025 S L1 31/02/2025 X1",  # another child, to the end of the window
            "C - S L1 01/05/2025 -",
        )
    )
    frame = data.shared(status_runs).sort("Episodes").collect()
    assert frame["Episodes"].to_list() == [0, 1, 2, 3, 4, 6, 7, 8]
    runs = frame["run"]
    assert [run == runs[0] for run in runs] == [True, True, False, False, False, False, False, False]
    assert runs.n_unique() == 7
    assert frame["run_days"].to_list() == [4, 4, 1, 1, 1, 0, 326, None]


def test_spells_of_one_status(returned, table):
    data = returned(
        Episodes=table(
            COLUMNS,
            "A 01/05/2025 S L3 03/05/2025 X1",
            "A 03/05/2025 P C2 04/05/2025 X1",  # another status between them is left aside
            "A 03/05/2025 P L3 05/05/2025 X1",  # touches
            "A 04/05/2025 P L3 06/05/2025 X1",  # overlaps: its days count again
            "A 07/05/2025 P L3 08/05/2025 X1",  # a day later
            "B 30/03/2026 S L3 - -",  # to the end of the window
            "B 30/03/2026 S L3 31/02/2026 -",  # of unknown length
            "B - S L3 - -",
        )
    )
    frame = data.shared(status_spells).filter(pl.col("LS") == "L3").sort("Episodes").collect()
    assert frame["Episodes"].to_list() == [0, 2, 3, 4, 5, 6]
    assert frame["spell_days"].to_list() == [6, 6, 6, 1, 1, 1]
    assert frame["spell"].n_unique() == 3
