"""Where placements are: postcodes in the ONS Postcode Directory, and what follows from them.

A placement's authority is the ONS code of the one with children's services ("upper tier"): of a district council its county. In
the other nations of the United Kingdom it is WAL, SCO or NIR.
"""

from __future__ import annotations

import polars as pl

from csc_returns.specification import counties_of_districts
from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import LAST

#: Names of the columns of the directory in its editions, the first that is there being used.
_COLUMNS = {
    "postcode": ("pcd", "pcds", "pcd7", "pcd8", "pcd2"),
    "district": ("laua", "oslaua"),
    "county": ("oscty", "cty"),
    "east": ("oseast1m",),
    "north": ("osnrth1m",),
}

#: The columns that ``placed`` makes.
DERIVED = ("PL_LA", "PL_LOCATION", "PL_DISTANCE")

_METRES_IN_A_MILE = 1609.3

#: First letter of the ONS code of an authority outside England → PL_LA.
_NATIONS = {"W": "WAL", "S": "SCO", "N": "NIR"}


def same_form(postcode: pl.Expr) -> pl.Expr:
    """A postcode as it is compared: in capitals, without spaces."""
    return postcode.str.to_uppercase().str.replace_all(" ", "", literal=True)


def directory(postcodes: pl.LazyFrame, needed: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """The ONS Postcode Directory in our own columns: ``postcode``, ``district``, ``authority``, ``east``, ``north`` (in metres).

    Args:
        postcodes: its columns under the names of any edition; further columns are left aside. A column it lacks is blank.
        needed: postcodes to keep, in a column ``postcode`` as ``same_form`` gives them; all without it.
    """
    there = {name.lower(): name for name in postcodes.collect_schema().names()}
    found = {own: next((there[name] for name in names if name in there), None) for own, names in _COLUMNS.items()}
    rows = postcodes.select(
        (pl.lit(None, pl.String) if name is None else pl.col(name).cast(pl.String)).alias(own)
        for own, name in found.items()
    ).with_columns(same_form(pl.col("postcode")))
    if needed is not None:
        rows = rows.join(needed, on="postcode", how="semi")
    district = pl.col("district").str.strip_chars().str.to_uppercase()
    return (
        rows.filter(pl.col("postcode") != "")
        .unique("postcode", keep="first", maintain_order=True)
        .with_columns(pl.when(district != "").then(district).alias("district"))
        .select(
            "postcode",
            "district",
            _authority().alias("authority"),
            pl.col("east").str.strip_chars().cast(pl.Float64, strict=False),
            pl.col("north").str.strip_chars().cast(pl.Float64, strict=False),
        )
    )


def _authority() -> pl.Expr:
    """The authority with children's services of a ``district`` in a ``county``; null for a code that has none."""
    district = pl.col("district")
    county = pl.col("county").str.strip_chars().str.to_uppercase()
    known = counties_of_districts()
    return (
        pl.when(district.str.contains("^[WSN]"))
        .then(district.str.slice(0, 1).replace_strict(_NATIONS, default=None, return_dtype=pl.String))
        .when(district.str.starts_with("E07"))
        .then(
            pl.when(county.str.starts_with("E10"))
            .then(county)
            .otherwise(district.replace_strict(known, default=None, return_dtype=pl.String))
        )
        .when(district.str.contains("^E(06|08|09|10)"))
        .then(district)
    )


def known_postcodes(data: ReturnData) -> pl.LazyFrame:
    """The part of the postcode directory that the return needs, see ``directory``; ask for it with ``data.shared``.

    It holds the postcodes of this year's and last year's episodes and of the provider register. Without a directory it is empty.
    """
    sent = [
        data.text[table].select(postcode=pl.col(item)).lazy()
        for table in ("Episodes", f"Episodes{LAST}")
        if table in data.text
        for item in ("HOME_POST", "PL_POST")
    ]
    providers = data.reference.get("providers")
    if providers is not None and "POSTCODE" in providers.collect_schema().names():
        sent.append(providers.select(postcode=pl.col("POSTCODE").cast(pl.String)))
    blank = pl.LazyFrame(schema={"postcode": pl.String})
    needed = pl.concat([blank, *sent]).select(same_form(pl.col("postcode"))).drop_nulls().unique()
    given = data.reference.get("postcodes", pl.LazyFrame(schema={"pcd": pl.String}))
    return directory(given, needed)


def looked_up(rows: pl.LazyFrame, item: str, places: pl.LazyFrame) -> pl.LazyFrame:
    """Rows in their order with what the directory says of a postcode.

    Args:
        rows: with the postcode in the column ``item``.
        item: HOME_POST or PL_POST.
        places: as ``directory`` gives it.

    Returns:
        Rows with ``<item>_found`` (never null), ``<item>_district``, ``<item>_authority``, ``<item>_east`` and ``<item>_north``.
    """
    told = places.select(
        "postcode",
        pl.lit(True).alias(f"{item}_found"),
        pl.col("district", "authority", "east", "north").name.prefix(f"{item}_"),
    )
    return (
        rows.with_columns(same_form(pl.col(item)).alias("_postcode"))
        .join(told, left_on="_postcode", right_on="postcode", how="left", maintain_order="left")
        .with_columns(pl.col(f"{item}_found").fill_null(False))
        .drop("_postcode")
    )


def placed(rows: pl.LazyFrame, places: pl.LazyFrame, local_authority: str | None) -> pl.LazyFrame:
    """Rows of Episodes in their order with the derived columns PL_LA, PL_LOCATION and PL_DISTANCE, and no others added.

    PL_LA is null where the postcode is not found or its district has no authority. PL_LOCATION is null where the postcode has no
    district or the sender is not known, IN where PL_LA is the sender's code, else OUT. PL_DISTANCE is in miles with one decimal,
    null where a postcode or its grid reference is not found.

    Args:
        rows: with HOME_POST and PL_POST.
        places: as ``directory`` gives it.
        local_authority: ONS code of the sender.
    """
    columns = rows.collect_schema().names()
    both = looked_up(looked_up(rows, "PL_POST", places), "HOME_POST", places)
    east, north = (pl.col(f"HOME_POST_{way}") - pl.col(f"PL_POST_{way}") for way in ("east", "north"))
    miles = (east.pow(2) + north.pow(2)).sqrt() / _METRES_IN_A_MILE
    inside = (pl.col("PL_POST_authority") == pl.lit(local_authority, pl.String)).fill_null(False)
    location = pl.when(inside).then(pl.lit("IN")).otherwise(pl.lit("OUT"))
    told = pl.col("PL_POST_district").is_not_null() & pl.lit(local_authority is not None)
    return both.with_columns(
        pl.col("PL_POST_authority").alias("PL_LA"),
        pl.when(told).then(location).alias("PL_LOCATION"),
        miles.round(1).alias("PL_DISTANCE"),
    ).select(*(column for column in columns if column not in DERIVED), *DERIVED)


def distance_changed(now: str, before: str) -> pl.Expr:
    """Two distances differ by 0.2 miles or more, or there is one now and there was none before; never null.

    The difference is rounded, since 0.3 less 0.1 falls short of 0.2 in binary.
    """
    apart = (pl.col(now) - pl.col(before)).abs().round(6) >= 0.2
    return apart.fill_null(False) | (pl.col(now).is_not_null() & pl.col(before).is_null())
