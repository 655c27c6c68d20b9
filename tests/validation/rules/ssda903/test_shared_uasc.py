import polars as pl

from csc_returns.validation.rules.ssda903.shared.uasc import (
    ever_uasc,
    indicator_known,
    indicators,
    last_years_indicators,
    uasc_flag,
    uasc_in_both_years,
)


def children(data, frame: pl.LazyFrame, table: str = "Episodes") -> list[str]:
    return sorted(data[table].join(frame, on="child", how="semi").select("CHILD").collect()["CHILD"].to_list())


def test_flag():
    header = pl.LazyFrame({"Header": [0, 1, 2], "child": [7, 5, -1]})
    uasc = pl.LazyFrame({"child": [5, 5, 9]})
    assert uasc_flag(header, uasc).collect().rows() == [(0, 7, "0"), (1, 5, "1"), (2, -1, "0")]


def test_header_comes_first(returned, table):
    episodes = table("CHILD", "A", "B", "C", "D")
    data = returned(
        Episodes=episodes,
        Header=table("CHILD UASC", "A 1", "B 0"),
        UASC=table("CHILD SEX", "C M"),
        UASC_last=table("CHILD SEX DOB DUC", "D - 01/01/2010 -", "B - - -"),
    )
    assert children(data, data.shared(ever_uasc)) == ["A", "D"]
    assert indicator_known(data)
    assert indicator_known(data, "_last")


def test_header_of_csv_is_derived(returned, table):
    data = returned(Episodes=table("CHILD", "A", "B"), Header=table("CHILD", "A", "B"), UASC=table("CHILD", "B"))
    assert children(data, data.shared(ever_uasc)) == ["B"]
    assert indicator_known(data)


def test_unknown_without_a_source(returned, table):
    data = returned(Episodes=table("CHILD", "A"), Header=table("CHILD", "A"))
    assert not indicator_known(data)
    assert not indicator_known(data, "_last")
    assert children(data, data.shared(ever_uasc)) == []


def test_both_years(returned, table):
    data = returned(
        Header=table("CHILD UASC", "B 0", "A 1"),
        Header_last=table("CHILD UASC", "A 1", "B 1"),
        UASC=table("CHILD DUC", "A 01/05/2025", "B -", "C 31/02/2025"),
        UASC_last=table("CHILD DOB DUC", "A 01/05/2007 02/05/2024"),
    )
    frame = data.shared(uasc_in_both_years).collect()
    assert frame.sort("UASC").select("UASC", "UASC_last", "uasc", "uasc_before", "DUC_sent_UASC_last").rows() == [
        (0, 0, "1", "1", "02/05/2024"),
        (1, None, "0", None, None),
        (2, None, None, None, None),
    ]


def test_indicators_without_header(returned, table):
    rows = table("CHILD SEX DOB DUC", "A M - -", "B - 01/05/2007 -", "C - - 31/02/2025")
    data = returned(UASC=rows, UASC_last=rows)
    assert data.shared(indicators).sort("child").collect()["uasc"].to_list() == ["1", "0", "1"]
    assert data.shared(last_years_indicators).sort("child").collect()["uasc_before"].to_list() == ["1", "0", "1"]
