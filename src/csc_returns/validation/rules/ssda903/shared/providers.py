"""The register of providers, found by URN.

A rule names the columns that it reads of ``data.reference["providers"]``: POSTCODE, PLACE_CODES and PROVIDER_CODES (lists parted
by commas), REG_END and LA_CODE_INFERRED. A column that the register lacks is blank. A provider may stand in several rows.
"""

from __future__ import annotations

import polars as pl

from csc_returns.extracts.dates import iso_date, uk_date
from csc_returns.validation.data import ReturnData
from csc_returns.validation.rules.ssda903.shared.geography import known_postcodes, same_form
from csc_returns.validation.rules.ssda903.shared.groups import NO_URN
from csc_returns.validation.text import as_text

#: Columns of the register that rules read.
COLUMNS = ("URN", "POSTCODE", "PLACE_CODES", "PROVIDER_CODES", "REG_END", "LA_CODE_INFERRED")


def register(data: ReturnData) -> pl.LazyFrame:
    """The register as text in capitals, blank as null, with all of ``COLUMNS``; ask for it with ``data.shared(register)``.

    REG_END is a date, POSTCODE has no spaces. Rows without URN are left out.
    """
    rows = as_text(data.reference["providers"].collect()).lazy()
    there = rows.collect_schema().names()
    return (
        rows.select(
            (pl.col(name).str.strip_chars().str.to_uppercase() if name in there else pl.lit(None, pl.String)).alias(
                name
            )
            for name in COLUMNS
        )
        .filter(pl.col("URN").is_not_null())
        .with_columns(
            same_form(pl.col("POSTCODE")),
            pl.coalesce(iso_date(pl.col("REG_END")), uk_date(pl.col("REG_END"))).alias("REG_END"),
        )
    )


def has_urn() -> pl.Expr:
    """A URN is given and is not the placeholder XXXXXXX; never null."""
    return (pl.col("URN") != NO_URN).fill_null(False)


def episodes_with_urn(data: ReturnData) -> pl.LazyFrame:
    """Episodes of this year with a URN that is not the placeholder: columns of Episodes."""
    return data["Episodes"].filter(has_urn())


def episodes_with_provider(data: ReturnData) -> pl.LazyFrame:
    """Episodes with a URN beside each row of the register with that URN: columns of Episodes and of ``register``."""
    return data.shared(episodes_with_urn).join(data.shared(register), on="URN", how="inner")


def not_in_register(data: ReturnData) -> pl.LazyFrame:
    """Episodes with a URN that the register does not hold: columns of Episodes."""
    return data.shared(episodes_with_urn).join(data.shared(register), on="URN", how="anti")


def not_listed(data: ReturnData, item: str, listing: str) -> pl.LazyFrame:
    """Episodes with a URN whose code no row of the register lists for that URN: columns of Episodes.

    So the URN is unknown, or the list or the code is blank, or the code is not in the list.

    Args:
        data: the return.
        item: PLACE or PLACE_PROVIDER.
        listing: PLACE_CODES or PROVIDER_CODES.
    """
    listed = (
        data.shared(register)
        .select("URN", pl.col(listing).str.split(","))
        .explode(listing)
        .with_columns(pl.col(listing).str.strip_chars())
        .drop_nulls()
    )
    return data.shared(episodes_with_urn).join(listed, left_on=["URN", item], right_on=["URN", listing], how="anti")


def elsewhere_than_registered(data: ReturnData) -> pl.LazyFrame:
    """Episodes with a URN whose PL_POST is in no row of the register for that URN: columns of Episodes.

    So the URN is unknown, or a postcode is blank, or they differ once in capitals and without spaces.
    """
    return (
        data.shared(episodes_with_urn)
        .with_columns(same_form(pl.col("PL_POST")).alias("_postcode"))
        .join(data.shared(register), left_on=["URN", "_postcode"], right_on=["URN", "POSTCODE"], how="anti")
        .drop("_postcode")
    )


def providers_in_own_area(data: ReturnData) -> pl.LazyFrame:
    """Providers that stand in the area of the sending authority, by some row of the register: column ``URN``, one row each.

    The area (ONS code) is LA_CODE_INFERRED where the row has it, else what the directory says of POSTCODE.
    """
    places = data.shared(known_postcodes).select("postcode", "authority")
    area = pl.coalesce("LA_CODE_INFERRED", "authority")
    return (
        data.shared(register)
        .join(places, left_on="POSTCODE", right_on="postcode", how="left")
        .filter(area == pl.lit(data.local_authority, pl.String))
        .select("URN")
        .unique()
    )


def authorities_can_be_known(data: ReturnData) -> bool:
    """Whether the register holds LA_CODE_INFERRED, or postcodes can be looked up."""
    return "postcodes" in data.reference or "LA_CODE_INFERRED" in data.reference["providers"].collect_schema().names()
