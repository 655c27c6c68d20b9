"""With whom and how far from home looked-after children live."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER
from csc_returns.indicators.cohorts.cin import assessments_completed
from csc_returns.indicators.cohorts.cla import cla_at_31_march, cla_ceased
from csc_returns.indicators.groups import ADOPTION, PLACED_WITH_PARENTS, RELATIVE_OR_FRIEND, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope
from csc_returns.validation.rules.ssda903.shared.groups import OTHER_PLACEMENTS

_FAMILY = {
    "kinship_foster": RELATIVE_OR_FRIEND,
    "kinship_foster_and_parents": (*RELATIVE_OR_FRIEND, *PLACED_WITH_PARENTS),
    "parents_only": PLACED_WITH_PARENTS,
    "kinship_foster_long_term": RELATIVE_OR_FRIEND[:1],
}

#: Where a court directed a stay with relatives who are not assessed, among others. What became of it in 2025-26 is not known.
_OTHER_PLACEMENT = ("Z1",)
_UNKNOWN_WHICH = "in Z11 to Z14, which may be with relatives: not counted"

#: Orders on which a child leaves care to relatives: child arrangements, special guardianship to a relative or friend.
_ORDERS_TO_FAMILY = ("E41", "E45", "E47")

_PRIVATE_FOSTERING = ("8B", "8C", "8D", "8E", "8F")

#: A distance that some systems write where they know none.
_NO_DISTANCE = 999.9

#: Without any postcode the location of nobody is known: that is no 0.
LOCATED = Need(
    "ssda903",
    frame="episodes",
    column="location",
    what="where placements are (PL_LOCATION, or postcodes: give a directory of them with --postcodes, and --local-authority)",
)
MEASURED = Need(
    "ssda903",
    frame="episodes",
    column="distance",
    what="how far placements are from home (PL_DISTANCE, or postcodes: give a directory of them with --postcodes)",
)


def known_distance() -> pl.Expr:
    """Miles from home of an episode's placement; null where they are not known."""
    return pl.when(pl.col("distance") < _NO_DISTANCE).then(pl.col("distance"))


@indicator(
    "cla-family-network",
    unit="percent",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[
        Need("ssda903"),
        Need("cin", otherwise="private fostering is not seen", only={"outside_care": ("add_private_fostering",)}),
    ],
    reads=["episodes"],
    fields=[
        "Episodes.PLACE",
        "Episodes.LS",
        "Episodes.DECOM",
        "Episodes.DEC",
        "Episodes.REC",
        "AssessmentFactorsList.AssessmentFactors",
    ],
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "family_network",
            "kinship_foster_and_parents",
            tuple(_FAMILY),
            "fostered by a relative or friend (U1 to U3), placed with parents (P1), both, or only long-term kinship care (U1)",
        ),
        Variant(
            "section_20",
            "include",
            ("include", "exclude", "only"),
            "whether children in care by agreement (V2) are in it",
        ),
        Variant(
            "adoption_by_relatives",
            "exclude",
            ("exclude", "include"),
            "the codes do not say whether adopters are relatives",
        ),
        Variant(
            "z1_relatives",
            "exclude",
            ("exclude", "include"),
            "Z1, up to 2024-25, has court-directed stays with relatives, among others",
        ),
        Variant(
            "temporary",
            "carry_back",
            ("carry_back", "as_is"),
            "a child in a temporary placement lives where they did before",
        ),
        Variant(
            "outside_care",
            "off",
            ("off", "add_private_fostering", "add_orders"),
            "the note counts privately fostered children; children who left care in the period on an order to family are added",
        ),
    ],
)
def family_network(
    scope: Scope,
    family_network: str,
    section_20: str,
    adoption_by_relatives: str,
    z1_relatives: str,
    temporary: str,
    outside_care: str,
) -> pl.LazyFrame:
    """Children in care living with their family network.

    Of the children looked after on the day, those fostered by a relative or friend or placed with their parents.

    Counts: A child in a temporary placement (T0 to T4) counts where they lived before it. Mother and baby units and living
    independently with a friend are not the family network. With z1_relatives the note says how many children are in the codes
    that came in the place of Z1 (Z11 to Z14): which of them are stays with relatives is not known, so none counts.

    Example:
        | placement | before it | counts |
        | U1        |           | yes    |
        | P1        |           | yes    |
        | T1        | U3        | yes    |
        | U6        |           | no     |
    """
    placement = "settled_placement" if temporary == "carry_back" else "placement"
    family = (
        *_FAMILY[family_network],
        *(ADOPTION if adoption_by_relatives == "include" else ()),
        *(_OTHER_PLACEMENT if z1_relatives == "include" else ()),
    )
    columns = ["child", "date", "placement", "legal_status", "category_of_need", "numerator"]
    by_agreement = one_of("legal_status", ("V2",))
    wanted = {"include": pl.lit(value=True), "exclude": ~by_agreement, "only": by_agreement}[section_20]
    rows = cla_at_31_march(scope).filter(wanted).with_columns(one_of(placement, family).alias("numerator"))
    rows = rows.with_columns(
        (pl.col(placement) == code).fill_null(False).alias(f"placement: {code}") for code in family
    )
    if z1_relatives == "include":
        unknown = one_of(placement, OTHER_PLACEMENTS)
        rows = rows.with_columns(pl.when(unknown).then(pl.lit(_UNKNOWN_WHICH)).alias("remark"))
    if outside_care == "add_orders":
        left = cla_ceased(scope).filter(one_of("end_reason", _ORDERS_TO_FAMILY)).join(rows, on="child", how="anti")
        left = left.with_columns(pl.lit(value=True).alias("numerator")).select(columns)
        return pl.concat([rows, left], how="diagonal")
    if outside_care == "add_private_fostering":
        listed = scope.history.factors.filter(pl.col("factor").is_in(_PRIVATE_FOSTERING)).select("assessment").unique()
        fostered = assessments_completed(scope).join(listed, on="assessment", how="semi").unique("referral")
        aside = fostered.select(
            "child",
            "date",
            pl.lit(value=False).alias("numerator"),
            pl.lit(value=False).alias("denominator"),
            pl.lit("privately fostered by an assessment of the period, beside the figure").alias("remark"),
        )
        rows = pl.concat([rows.with_columns(pl.lit(value=True).alias("denominator")), aside], how="diagonal")
    return rows


@indicator(
    "cla-over-20-miles",
    unit="percent",
    decimals=0,
    confidence="high",
    needs=[MEASURED],
    reads=["episodes"],
    fields=["Episodes.PL_DISTANCE", "Episodes.PL_LOCATION", "Episodes.HOME_POST", "Episodes.PL_POST"],
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "denominator", "all", ("all", "distance_known"), "all keeps children whose distance is not known in it"
        ),
        Variant("location", "any", ("any", "outside_la"), "outside_la counts only placements outside the authority"),
        Variant("boundary", "gt_20.0", ("gt_20.0", "ge_20.0"), "whether exactly 20.0 miles is over 20"),
    ],
)
def over_20_miles(scope: Scope, denominator: str, location: str, boundary: str) -> pl.LazyFrame:
    """Looked-after children placed more than 20 miles from home.

    Of the children looked after on the day, those whose placement is more than 20 miles from home in a straight line.

    Counts: Exactly 20 miles is not more. A distance that is not known is not over 20; the note says how many there are. Where the
    return does not hold the distance, it is made from the postcodes, which needs a postcode directory.

    Example:
        | miles | counts |
        | 20.0  | no     |
        | 20.1  | yes    |
    """
    distance = known_distance()
    far = distance > 20 if boundary == "gt_20.0" else distance >= 20
    if location == "outside_la":
        far &= pl.col("location") == "OUT"
    known = distance.is_not_null()
    return cla_at_31_march(scope).with_columns(
        (known if denominator == "distance_known" else pl.lit(value=True)).alias("denominator"),
        far.fill_null(False).alias("numerator"),
        pl.when(~known).then(pl.lit("without a known distance")).alias("remark"),
    )
