"""In what kinds of placement looked-after children live, and whose they are."""

from __future__ import annotations

import polars as pl

from csc_returns.indicators.breakdowns import LOOKED_AFTER
from csc_returns.indicators.cohorts.cla import cla_at_31_march
from csc_returns.indicators.groups import FOSTERING, LEGAL_STATUSES, PLACED_WITH_PARENTS, PLACEMENTS, one_of
from csc_returns.indicators.indicator import Confidence, Need, Variant, indicator
from csc_returns.indicators.scope import Scope

#: Interim and full care orders.
CARE_ORDERS = (*LEGAL_STATUSES["interim care order"], *LEGAL_STATUSES["full care order"])

_EPISODES = ("Episodes.PLACE", "Episodes.DECOM", "Episodes.DEC", "Episodes.LS")

#: The one value of ``orders`` that is no code: full care orders, whatever else is named with it.
_FULL_ONLY = "C2 only"

#: Placements in any kind of residential care.
_RESIDENTIAL = (
    *PLACEMENTS["secure and children's homes"],
    *PLACEMENTS["residential schools"],
    *PLACEMENTS["other residential"],
)

_PROVIDERS = {
    "PR0": "parents",
    "PR1": "own provision",
    "PR2": "other local authority",
    "PR3": "other public body",
    "PR4": "private",
    "PR5": "voluntary",
}
_OWN_PROVISION = ("PR1",)
#: In fostering these are the independent agencies.
_INDEPENDENT = ("PR4", "PR5")

#: Id of the indicator → group of placements, name, and what is particular.
_GROUPS = {
    "cla-foster-care": (
        "foster",
        "foster care",
        "Fostering by relatives or friends (U1 to U3) counts as that by others (U4 to U6) does. A child placed for adoption\n"
        "(A3 to A6) is not in foster care.",
    ),
    "cla-secure-childrens-homes": (
        "secure and children's homes",
        "secure homes and children's homes",
        "K1 is a secure home, K2 another children's home. Residential schools are neither.",
    ),
    "cla-supported-independent": (
        "supported or independent",
        "independent or semi-independent living or supported accommodation",
        "H5 and P2 end with October 2023, when K3 came; such an episode that still runs counts. Places that are not registered,\n"
        "and supported accommodation for children under 16, are other placements.",
    ),
}

_WORDS = """Looked-after children living in {name}.

Of the children looked after on the day, those whose placement is one of {codes}.

Counts: A child in a temporary placement (T0 to T4) counts where they lived before it. {particular}

Example:
    | placement | before it | counts |
    | {first}        |           | yes    |
    | T1        | {first}        | yes    |
    | P1        |           | no     |
"""


def _define(id: str, group: str, words: str, *, confidence: Confidence) -> None:  # noqa: A002
    @indicator(
        id,
        unit="percent",
        decimals=0,
        confidence=confidence,
        needs=[Need("ssda903")],
        reads=["episodes"],
        fields=_EPISODES,
        breakdowns=LOOKED_AFTER,
        variants=[
            Variant(
                "temporary",
                "carry_back",
                ("carry_back", "as_other"),
                "a child in a temporary placement lives where they did before, or in none of these",
            )
        ],
        docstring=words,
    )
    def living_in(scope: Scope, temporary: str) -> pl.LazyFrame:
        placement = "settled_placement" if temporary == "carry_back" else "placement"
        return cla_at_31_march(scope).with_columns(one_of(placement, PLACEMENTS[group]).alias("numerator"))


for _id, (_group, _name, _particular) in _GROUPS.items():
    _codes = PLACEMENTS[_group]
    _define(
        _id,
        _group,
        _WORDS.format(name=_name, codes=", ".join(_codes), particular=_particular, first=_codes[0]),
        # What became of H5 and P2 in 2023 is our reading.
        confidence="medium" if _group == "supported or independent" else "high",
    )


@indicator(
    "cla-residential-care",
    unit="percent",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_EPISODES,
    breakdowns=LOOKED_AFTER,
    variants=[Variant("set", _RESIDENTIAL, _RESIDENTIAL, "which settings are called residential care", many=True)],
)
def residential_care(scope: Scope, set: tuple[str, ...]) -> pl.LazyFrame:  # noqa: A002 - the word of the catalogue
    """Looked-after children living in residential care of any kind.

    Of the children looked after on the day, those in a secure home (K1), children's home (K2), residential school (S1), care home
    (R1), health setting (R2), family centre or mother and baby unit (R3), young offender institution (R5) or residential
    employment (P3).

    Counts: The placement is that of the day; a temporary placement (T0 to T4) is none of these. Supported accommodation is not
    residential care.

    Example:
        | placement | counts |
        | K2        | yes    |
        | S1        | yes    |
        | K3        | no     |
    """
    return cla_at_31_march(scope).with_columns(one_of("placement", set).alias("numerator"))


@indicator(
    "cla-placed-with-parents-care-order",
    unit="percent",
    decimals=0,
    confidence="medium",
    source="own",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=_EPISODES,
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "orders",
            CARE_ORDERS,
            (*CARE_ORDERS, "E1", _FULL_ONLY),
            "interim (C1) and full (C2) care orders; placement orders (E1) stand in the place of a care order; full ones only",
            many=True,
        ),
        Variant(
            "denominator",
            "care_order_children",
            ("care_order_children", "all_cla"),
            "all_cla gives the share of all looked-after children",
        ),
    ],
)
def at_home_on_care_order(scope: Scope, orders: tuple[str, ...], denominator: str) -> pl.LazyFrame:
    """Children looked after on a care order and living at home.

    Of the children who are looked after on the day under an interim or full care order, those placed with their parents (P1).

    Counts: Placement and order are those of the day: a child who is in a temporary placement (T0 to T4) does not live at home.
    It is neither good nor bad that the share is high.

    Example:
        | placement | legal status | counts           |
        | P1        | C2           | yes              |
        | U6        | C1           | denominator only |
        | P1        | E1           | no               |
    """
    under_order = one_of("legal_status", LEGAL_STATUSES["full care order"] if _FULL_ONLY in orders else orders)
    return cla_at_31_march(scope).with_columns(
        (under_order if denominator == "care_order_children" else pl.lit(value=True)).alias("denominator"),
        (under_order & one_of("placement", PLACED_WITH_PARENTS)).alias("numerator"),
    )


@indicator(
    "cla-foster-provider-split",
    unit="percent_distribution",
    decimals=0,
    confidence="medium",
    needs=[Need("ssda903")],
    reads=["episodes"],
    fields=(*_EPISODES, "Episodes.PLACE_PROVIDER"),
    breakdowns=LOOKED_AFTER,
    variants=[
        Variant(
            "scope", "foster", ("foster", "all_placements"), "the published table is of all placements, not only foster"
        )
    ],
    category="provider",
)
def foster_providers(within: Scope, scope: str) -> pl.LazyFrame:
    """Foster placements by provider: own authority and independent agency.

    Of the children looked after on the day in foster care (U1 to U6) whose placement has a provider, how many are with carers of
    the authority itself (PR1), of another authority (PR2), of another public body (PR3), of private (PR4) or voluntary (PR5)
    agencies. Private and voluntary ones together, the independent agencies, are shown beside own provision.

    Counts: Placements without a provider are left out; the note says how many there are. Temporary placements (T0 to T4) are not
    foster care.

    Example:
        | placement | provider | category      |
        | U6        | PR1      | own provision |
        | U1        | PR4      | private       |
        | K2        | PR4      |               |
    """
    rows = cla_at_31_march(within)
    if scope == "foster":
        rows = rows.filter(one_of("placement", FOSTERING))
    provider = pl.col("provider")
    known = one_of("provider", _PROVIDERS)
    return rows.with_columns(
        known.alias("denominator"),
        provider.replace_strict(_PROVIDERS, default=None, return_dtype=pl.String).alias("category"),
        one_of("provider", _OWN_PROVISION).alias("sector: own provision"),
        one_of("provider", _INDEPENDENT).alias("sector: independent (private or voluntary)"),
        pl.when(~known).then(pl.lit("left out: without a provider")).alias("remark"),
    )
