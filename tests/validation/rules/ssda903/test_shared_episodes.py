import polars as pl
import pytest

from csc_returns.validation.rules.ssda903.shared.episodes import (
    earliest,
    episodes_with_header,
    final,
    first_beside_last_years_final,
    first_episodes,
    in_order,
    initial,
    last_years_final_episodes,
    latest,
    latest_episodes,
    latest_episodes_last_in_file,
    ordered,
)

EPISODES = (
    "CHILD DECOM RNE PLACE PL_POST",
    "B 01/05/2025 S U1 -",  # 0
    "A 03/05/2025 P U3 P3",  # 1
    "A 01/05/2025 S U1 P1",  # 2
    "A 31/02/2025 L U9 P9",  # 3: no date
    "- 01/04/2025 S U1 -",  # 4: nobody's
    "A 03/05/2025 S U4 P4",  # 5: same day as 1
    "A 02/05/2025 T U2 P2",  # 6
)


def rows(frame: pl.LazyFrame, column: str = "Episodes") -> list[int]:
    return frame.collect()[column].to_list()


def test_order_inside_a_child(returned, table):
    data = returned(Episodes=table(*EPISODES))
    frame = data.shared(ordered).sort("CHILD", maintain_order=True).collect()
    assert frame["Episodes"].to_list() == [2, 6, 1, 5, 3, 0]
    assert frame["Episodes_previous"].to_list() == [None, 2, 6, 1, 5, None]
    assert frame["Episodes_next"].to_list() == [6, 1, 5, 3, None, None]
    assert frame["PLACE_previous"].to_list() == [None, "U1", "U2", "U3", "U4", None]
    assert frame["PLACE_next"].to_list() == ["U2", "U3", "U4", "U9", None, None]
    assert frame["PLACE_second_previous"].to_list() == [None, None, "U1", "U2", "U3", None]
    assert frame["Episodes_second_previous"].to_list() == [None, None, 2, 6, 1, None]
    of_a = frame.filter(pl.col("CHILD") == "A")["period"]
    assert (of_a - of_a[0]).to_list() == [0, 0, 0, 1, 1]
    assert frame["period"].n_unique() == 3


def test_undated_rows_can_come_first(returned, table):
    episodes = returned(Episodes=table(*EPISODES))["Episodes"]
    first = in_order(episodes, "Episodes", "DECOM", undated_first=True).filter(pl.col("CHILD") == "A")
    assert rows(first) == [3, 2, 6, 1, 5]


def test_order_by_two_dates(returned, table):
    data = returned(
        Episodes=table("CHILD DECOM DEC", "A 01/05/2025 -", "A 01/05/2025 03/05/2025", "A 01/05/2025 02/05/2025")
    )
    assert rows(in_order(data["Episodes"], "Episodes", "DECOM", "DEC")) == [2, 1, 0]


def test_first_and_latest(returned, table):
    data = returned(Episodes=table(*EPISODES), Episodes_last=table(*EPISODES))
    assert sorted(rows(data.shared(first_episodes))) == [0, 2]
    assert sorted(rows(data.shared(latest_episodes))) == [0, 1]
    assert sorted(rows(data.shared(latest_episodes_last_in_file))) == [0, 5]
    assert sorted(rows(data.shared(last_years_final_episodes), "Episodes_last")) == [0, 1]
    assert sorted(rows(final(data["Episodes"], "Episodes", "DECOM"))) == [0, 3]
    assert sorted(rows(final(data["Episodes"], "Episodes", "DECOM", undated_first=True))) == [0, 5]
    assert sorted(rows(initial(data["Episodes"], "Episodes", "DECOM"))) == [0, 2]


@pytest.mark.parametrize("pick", [earliest, latest])
def test_children_without_a_date_have_no_first_or_latest(returned, table, pick):
    data = returned(Episodes=table("CHILD DECOM", "A -", "A 2025-05-01", "- 01/05/2025"))
    assert rows(pick(data["Episodes"], "Episodes", "DECOM")) == []
    assert rows(final(data["Episodes"], "Episodes", "DECOM")) == [1]
    assert rows(initial(data["Episodes"], "Episodes", "DECOM")) == [0]


def test_earliest_in_each_period(returned, table):
    data = returned(Episodes=table(*EPISODES))
    assert sorted(rows(earliest(data.shared(ordered), "Episodes", "DECOM", per=("child", "period")))) == [0, 2, 5]


def test_this_year_beside_last(returned, table):
    data = returned(
        Episodes=table("CHILD DECOM LS", "A 02/05/2025 C1", "A 01/05/2025 C2", "B 01/05/2025 E1", "- 01/05/2025 E1"),
        Episodes_last=table(
            "CHILD DECOM LS", "A 01/05/2024 V2", "A 02/05/2024 V4", "C 01/05/2024 E1", "- 01/05/2025 E1"
        ),
    )
    both = data.shared(first_beside_last_years_final).collect()
    assert both.select("Episodes", "LS", "Episodes_last", "LS_Episodes_last").rows() == [(1, "C2", 1, "V4")]
    assert "DEC_sent_Episodes_last" in both.columns


def test_episodes_with_header(returned, table):
    data = returned(
        Episodes=table("CHILD DECOM", "A 02/05/2025", "B 01/05/2025", "- 01/05/2025"),
        Header=table("CHILD DOB", "A 01/01/2010", "C 01/01/2011", "- 01/01/2012"),
    )
    assert data.shared(episodes_with_header).select("Episodes", "Header", pl.col("DOB").dt.year()).collect().rows() == [
        (0, 0, 2010)
    ]
