import polars as pl
import pytest

from csc_returns.specification import counties_of_districts, local_authorities, ons_code
from csc_returns.validation.rules.ssda903.shared.geography import (
    directory,
    distance_changed,
    known_postcodes,
    looked_up,
    placed,
)

POSTCODES = pl.DataFrame(
    {
        "pcd": ["AB1 2CD", "AB12CE", "ab1  2cf", "CF1 1AA", "EH1 1AA", "BT1 1AA", "IM1 1AA", "ZZ1 1ZZ", "ZZ1 1ZY"],
        "laua": ["E09000002", "E07000026", "E06000001", "W06000001", "S12000001", "N09000001", "M99999999", "", None],
        "oseast1m": ["100000", "101609", "100000", "1", "1", "1", "", "100000", "100000"],
        "osnrth1m": ["200000", "200000", "203219", "1", "1", "1", None, "200000", "200000"],
    }
)


def test_authorities():
    found = directory(POSTCODES.lazy()).collect()
    assert found["postcode"].to_list()[:3] == ["AB12CD", "AB12CE", "AB12CF"]
    assert found["authority"].to_list() == [
        "E09000002",
        "E10000006",
        "E06000001",
        "WAL",
        "SCO",
        "NIR",
        None,
        None,
        None,
    ]


@pytest.mark.parametrize("county", ["oscty", "OSCTY"])
def test_names_of_older_editions(county):
    older = POSTCODES.rename({"pcd": "PCDS", "laua": "oslaua"}).with_columns(pl.lit("E10000099").alias(county))
    found = directory(older.lazy()).collect()
    assert found["authority"].to_list()[:3] == ["E09000002", "E10000099", "E06000001"]


def test_directory_of_needed_postcodes_once():
    twice = pl.concat([POSTCODES, POSTCODES.with_columns(laua=pl.lit("E09000009"))]).lazy()
    needed = pl.LazyFrame({"postcode": ["AB12CD", "XX11XX"]})
    assert directory(twice, needed).collect().select("postcode", "authority").rows() == [("AB12CD", "E09000002")]


@pytest.mark.parametrize(
    ("home", "placement", "expected"),
    [
        ("AB1 2CD", "ab12cd", ("E09000002", "IN", 0.0)),
        ("AB1 2CD", "AB1 2CE", ("E10000006", "OUT", 1.0)),
        ("AB1 2CD", "AB1 2CF", ("E06000001", "OUT", 2.0)),
        (None, "AB1 2CD", ("E09000002", "IN", None)),
        ("AB1 2CD", None, (None, None, None)),
        ("AB1 2CD", "XX1 1XX", (None, None, None)),
        ("AB1 2CD", "IM1 1AA", (None, "OUT", None)),
        ("AB1 2CD", "ZZ1 1ZZ", (None, None, 0.0)),
        ("AB1 2CD", "EH1 1AA", ("SCO", "OUT", 138.9)),
    ],
)
def test_placed(home, placement, expected):
    rows = pl.LazyFrame(
        {"Episodes": [0], "HOME_POST": [home], "PL_POST": [placement]},
        schema_overrides={"HOME_POST": pl.String, "PL_POST": pl.String},
    )
    found = placed(rows, directory(POSTCODES.lazy()), "E09000002").collect()
    assert found.columns == ["Episodes", "HOME_POST", "PL_POST", "PL_LA", "PL_LOCATION", "PL_DISTANCE"]
    assert found.select("PL_LA", "PL_LOCATION", "PL_DISTANCE").row(0) == expected


def test_a_mile_has_1609_3_metres():
    places = pl.LazyFrame(
        {"pcd": ["A1", "A2"], "laua": "E09000002", "oseast1m": ["0", "161012"], "osnrth1m": ["0", "0"]}
    )
    rows = pl.LazyFrame({"HOME_POST": ["A1"], "PL_POST": ["A2"]})
    assert placed(rows, directory(places), None).collect()["PL_DISTANCE"].item() == 100.1


def test_rows_stay_in_order_and_the_sender_may_be_unknown():
    rows = pl.LazyFrame({"Episodes": [2, 0, 1], "HOME_POST": ["A"] * 3, "PL_POST": ["X", "AB1 2CD", "EH11AA"]})
    found = placed(rows, directory(POSTCODES.lazy()), None).collect()
    assert found["Episodes"].to_list() == [2, 0, 1]
    assert found["PL_LA"].to_list() == [None, "E09000002", "SCO"]
    assert found["PL_LOCATION"].to_list() == [None, None, None]


def test_looked_up_says_what_was_found(returned, table):
    data = returned(
        Episodes=table("CHILD HOME_POST PL_POST", "A AB12CD XX11XX", "B - AB12CE"),
        reference={"postcodes": POSTCODES},
    )
    places = data.shared(known_postcodes)
    assert sorted(places.collect()["postcode"]) == ["AB12CD", "AB12CE"]
    both = looked_up(looked_up(data["Episodes"], "HOME_POST", places), "PL_POST", places).collect()
    assert both.select("HOME_POST_found", "PL_POST_found").rows() == [(True, False), (False, True)]


def test_columns_of_a_return_are_derived(returned, table):
    episodes = table("CHILD HOME_POST PL_POST", "A AB12CD AB12CE", "B AB12CD ab12cd")
    data = returned(
        Episodes=episodes,
        Episodes_last=episodes.reverse(),
        reference={"postcodes": POSTCODES},
        local_authority="E09000002",
    )
    columns = ("PL_LA", "PL_LOCATION", "PL_DISTANCE")
    now, before = (data[name].select(columns).collect().rows() for name in ("Episodes", "Episodes_last"))
    assert now == [("E10000006", "OUT", 1.0), ("E09000002", "IN", 0.0)]
    assert before == now[::-1]


@pytest.mark.parametrize(
    ("now", "before", "changed"),
    [
        (0.3, 0.1, True),
        (0.1, 0.3, True),
        (10.2, 10.1, False),
        (1.0, None, True),
        (None, 1.0, False),
        (None, None, False),
    ],
)
def test_distance_changed(now, before, changed):
    frame = pl.DataFrame({"now": [now], "before": [before]}, schema={"now": pl.Float64, "before": pl.Float64})
    assert frame.select(distance_changed("now", "before")).item() is changed


def test_ons_codes():
    assert ons_code("301", "2025-26") == "E09000002"
    assert ons_code("370", "2024-25") == "E08000016"
    assert ons_code("370", "2025-26") == "E08000038"
    assert ons_code("999", "2025-26") is None
    assert ons_code("E09000002", "2025-26") == "E09000002"
    assert all(ons_code(number, "2026-27") for number in local_authorities())


def test_counties_of_districts():
    counties = counties_of_districts()
    assert counties["E07000008"] == "E10000003"
    assert counties["E07000240"] == counties["E07000095"] == "E10000015"
    assert all(district.startswith("E07") and len(district) == 9 for district in counties)
    senders = {ons_code(number, "2016-17") for number in local_authorities()}
    assert set(counties.values()) == {code for code in senders if code and code.startswith("E10")}
