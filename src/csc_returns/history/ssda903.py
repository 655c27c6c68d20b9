"""The tables of the children looked after return (SSDA903) as frames of the history."""

from __future__ import annotations

import polars as pl

from csc_returns.history.cin import sex, yes_no
from csc_returns.history.merge import Source
from csc_returns.specification import whole_specification
from csc_returns.validation.rules.ssda903.shared.care import short_break


def _listed(item: str) -> pl.Expr:
    """The value is a code that the item has, or had in some year; false where it is blank."""
    codes = whole_specification("ssda903").tables["Episodes"].items[item].codes or ()
    return pl.col(item).is_in(codes).fill_null(False)


def _children(source: Source) -> pl.LazyFrame:
    """What Header says of children; for those whom it does not have, what the other tables do."""
    parts = []
    for name, table in source.data.specification.tables.items():
        if "DOB" not in table.items or name not in source.data.present:
            continue
        columns = [sex("SEX").alias("sex")] if "SEX" in table.items else []
        if name == "Header":
            columns += [pl.col("ETHNIC").alias("ethnicity")]
            columns += [yes_no("MOTHER").alias("mother")] if "MOTHER" in table.items else []
        parts.append(
            source.rows(name, *columns, dates={"birth_date": "DOB"}).with_columns(
                # Only the header is asked for a readable date of birth: the other tables have one for want of a header.
                (pl.col("_bad") & pl.lit(name == "Header")).alias("_bad"),
                pl.lit(name == "Header").alias("_header"),
            )
        )
    if not parts:
        return source.rows("Header").limit(0)
    together = pl.concat(parts, how="diagonal").sort("_header", maintain_order=True)
    values = [
        name for name in ("birth_date", "sex", "ethnicity", "mother") if name in together.collect_schema().names()
    ]
    origin = pl.col("_row", "_table", "_bad", "_absent").last()
    by = ["_source", "_la", "_id"]
    return together.group_by(by, maintain_order=True).agg(origin, pl.col(values).drop_nulls().last())


def _episodes(source: Source) -> pl.LazyFrame:
    columns = {
        "new_episode_reason": "RNE",
        "legal_status": "LS",
        "category_of_need": "CIN",
        "placement": "PLACE",
        "provider": "PLACE_PROVIDER",
        "end_reason": "REC",
        "change_reason": "REASON_PLACE_CHANGE",
        "home_postcode": "HOME_POST",
        "placement_postcode": "PL_POST",
        "urn": "URN",
        "placement_la": "PL_LA",
        "location": "PL_LOCATION",
        "distance": "PL_DISTANCE",
    }
    has = source.data["Episodes"].collect_schema().names()
    return source.rows(
        "Episodes",
        *(pl.col(item).alias(name) for name, item in columns.items() if item in has),
        short_break().fill_null(False).alias("short_break"),
        (~short_break().fill_null(False) & _listed("LS") & _listed("PLACE")).alias("counted"),
        dates={"start_date": "DECOM", "end_date": "DEC"},
    )


def _uasc(source: Source) -> pl.LazyFrame:
    """Rows of the UASC table, and children whom the header marks and who have none."""
    rows = source.rows("UASC", dates={"ceased_date": "DUC"})
    if "Header" not in source.data.present or "UASC" not in source.data.given["Header"].columns:
        return rows
    marked = source.rows("Header", pl.col("UASC").alias("_mark")).filter(pl.col("_mark").is_in(["1", "TRUE"]))
    return pl.concat([rows, marked.drop("_mark").join(rows, on="_id", how="anti")], how="diagonal")


def frames(source: Source) -> dict[str, pl.LazyFrame]:
    """Frames of the history by name, with the origin of each row."""
    year_end = pl.lit(source.data.end).alias("year_end")
    plain: dict[str, tuple[str, dict[str, str], dict[str, str]]] = {
        "statutory_reviews": ("Reviews", {"review_date": "REVIEW"}, {"review_code": "REVIEW_CODE"}),
        "missing": ("Missing", {"start_date": "MIS_START", "end_date": "MIS_END"}, {"kind": "MISSING"}),
        "adoption_decisions": (
            "PlacedAdoption",
            {"decision_date": "DATE_PLACED", "end_date": "DATE_PLACED_CEASED"},
            {"end_reason": "REASON_PLACED_CEASED"},
        ),
        "adoptions": (
            "AD1",
            {"decision_date": "DATE_INT", "match_date": "DATE_MATCH"},
            {
                "by_foster_carer": "FOSTER_CARE",
                "adopters": "NB_ADOPTR",
                "adopters_sex": "SEX_ADOPTR",
                "adopters_status": "LS_ADOPTR",
            },
        ),
        "outcomes": (
            "OC2",
            {},
            {
                "sdq_score": "SDQ_SCORE",
                "sdq_reason": "SDQ_REASON",
                "convicted": "CONVICTED",
                "health_check": "HEALTH_CHECK",
                "immunisations": "IMMUNISATIONS",
                "teeth_check": "TEETH_CHECK",
                "health_assessment": "HEALTH_ASSESSMENT",
                "substance_misuse": "SUBSTANCE_MISUSE",
                "intervention_received": "INTERVENTION_RECEIVED",
                "intervention_offered": "INTERVENTION_OFFERED",
            },
        ),
        "care_leavers": (
            "OC3",
            {},
            {"in_touch": "IN_TOUCH", "activity": "ACTIV", "accommodation": "ACCOM"},
        ),
        "previous_permanence": (
            "PrevPerm",
            {},
            {"kind": "PREV_PERM", "permanence_la": "LA_PERM", "date": "DATE_PERM"},
        ),
        "social_workers": (
            "SWEpisodes",
            {"start_date": "SW_DECOM", "end_date": "SW_DEC"},
            {"worker": "SW_ID", "reason": "SW_REASON"},
        ),
        "deprivations_of_liberty": ("DoLo", {"start_date": "DOLO_START", "end_date": "DOLO_END"}, {}),
    }
    held = {"children": _children(source), "episodes": _episodes(source), "uasc": _uasc(source)}
    for name, (table, dates, columns) in plain.items():
        if table not in source.data.specification.tables:
            continue
        taken = [pl.col(item).alias(frame) for frame, item in columns.items()]
        extra = [year_end] if name in {"outcomes", "care_leavers"} else []
        rows = source.rows(table, *taken, *extra, dates=dates)
        if name == "outcomes":
            rows = rows.with_columns(pl.col("sdq_score").cast(pl.Int64, strict=False))
        held[name] = rows
    return held
