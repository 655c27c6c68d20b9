import datetime as dt

import polars as pl
import pytest

from csc_returns.validation.rules.ssda903.shared.providers import (
    authorities_can_be_known,
    elsewhere_than_registered,
    episodes_with_provider,
    episodes_with_urn,
    not_in_register,
    not_listed,
    providers_in_own_area,
    register,
)

PROVIDERS = pl.DataFrame(
    {
        "URN": ["SC1", "SC1", "SC2", None],
        "POSTCODE": ["ab1 2cd", "AB1 2CE", None, "AB1 2CD"],
        "PLACE_CODES": ["U1,U2", "K1", None, "U1"],
        "REG_END": [None, "2025-06-01", "01/07/2025", None],
    }
)


def episodes(returned, table, *rows: str, providers: pl.DataFrame = PROVIDERS, **reference: pl.DataFrame):
    return returned(Episodes=table("CHILD URN PLACE PL_POST", *rows), reference={"providers": providers, **reference})


def rows(frame: pl.LazyFrame) -> list[int]:
    return sorted(frame.collect()["Episodes"].to_list())


def test_register(returned, table):
    frame = episodes(returned, table, "A - - -").shared(register).collect()
    assert frame["REG_END"].to_list() == [None, dt.date(2025, 6, 1), dt.date(2025, 7, 1)]
    assert frame["POSTCODE"].to_list() == ["AB12CD", "AB12CE", None]
    assert frame["LA_CODE_INFERRED"].null_count() == 3


def test_numbers_are_the_text_they_show(returned, table):
    data = episodes(returned, table, "A 1234567 U1 -", providers=pl.DataFrame({"URN": [1234567.0, 2.5]}))
    assert rows(not_in_register(data)) == []


def test_placeholder_and_blank_are_no_urn(returned, table):
    data = episodes(returned, table, "A - U1 -", "A XXXXXXX U1 -", "A XXXXXX U1 -", "A sc1 U1 -")
    assert rows(data.shared(episodes_with_urn)) == [2, 3]
    assert rows(not_in_register(data)) == [2]
    assert rows(episodes_with_provider(data)) == [3, 3]


@pytest.mark.parametrize(
    ("row", "lacking"),
    [
        ("A SC1 U2 -", False),
        ("A SC1 K1 -", False),
        ("A SC1 U3 -", True),
        ("A SC1 - -", True),
        ("A SC2 U1 -", True),
        ("A SC3 U1 -", True),
        ("A - U3 -", False),
    ],
)
def test_codes_of_the_register(returned, table, row, lacking):
    assert rows(not_listed(episodes(returned, table, row), "PLACE", "PLACE_CODES")) == ([0] if lacking else [])


@pytest.mark.parametrize(
    ("row", "elsewhere"),
    [("A SC1 U1 AB12CD", False), ("A SC1 U1 ab12ce", False), ("A SC1 U1 AB12CF", True), ("A SC2 U1 AB12CD", True)],
)
def test_postcode_of_the_register(returned, table, row, elsewhere):
    assert rows(elsewhere_than_registered(episodes(returned, table, row))) == ([0] if elsewhere else [])


def test_providers_in_the_own_area(returned, table):
    def inside(providers: pl.DataFrame, sender: str | None, **reference: pl.DataFrame) -> list[str]:
        sent = table("CHILD URN PLACE PL_POST", "A SC1 U1 -")
        data = returned(Episodes=sent, reference={"providers": providers, **reference}, local_authority=sender)
        assert authorities_can_be_known(data) == bool(reference or "LA_CODE_INFERRED" in providers.columns)
        return sorted(providers_in_own_area(data).collect()["URN"].drop_nulls().to_list())

    postcodes = pl.DataFrame({"pcd": ["AB1 2CE"], "laua": ["E09000002"], "oseast1m": ["1"], "osnrth1m": ["1"]})
    assert inside(PROVIDERS, "E09000002", postcodes=postcodes) == ["SC1"]  # by the second of its rows
    assert inside(PROVIDERS, "E09000003", postcodes=postcodes) == []
    assert inside(PROVIDERS, None, postcodes=postcodes) == []
    assert inside(PROVIDERS, "E09000002") == []
    told = PROVIDERS.with_columns(LA_CODE_INFERRED=pl.Series(["E09000009", None, "E09000003", None]))
    assert inside(told, "e09000003") == ["SC2"]
    assert inside(told, "E09000002", postcodes=postcodes) == ["SC1"]
    assert inside(told.head(1), "E09000002", postcodes=postcodes) == []
