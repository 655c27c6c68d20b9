"""Where care leavers live, and whether it suits them."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from csc_returns.indicators.breakdowns import CARE_LEAVERS
from csc_returns.indicators.cohorts.cla import (
    care_leavers,
    care_leavers_17_18,
    care_leavers_19_21,
    cla_episodes,
)
from csc_returns.indicators.dates import birthday_1_march
from csc_returns.indicators.definitions.leaving.activities import AGE_GROUPS, NOT_BY_QUARTER, NOT_KNOWN, of_care_leavers
from csc_returns.indicators.groups import FOSTERING, UNKNOWN, one_of
from csc_returns.indicators.indicator import Need, Variant, indicator
from csc_returns.indicators.scope import Scope
from csc_returns.specification import code_lists
from csc_returns.validation.rules.ssda903.shared.groups import NEW_EPISODE

#: Gone abroad, deported, whereabouts not known: whether it suits cannot be said.
_NOWHERE_TO_JUDGE = ("G", "H", "R")

#: With former foster carers, which nobody can be before 18.
_FORMER_FOSTER_CARERS = "Z"

_SUITS, _DOES_NOT_SUIT = "1", "2"

_WHOLE_YEARS = "it is told of whole collection years only"

#: A letter for the kind of place, then whether it suits. Beside them there is a code for "not known".
_CODES: Mapping[str, str] = {
    code.code: code.label or "" for code in code_lists("ssda903")["accommodation"] if code.code != NOT_KNOWN
}

#: Letter → "letter - kind of place", from labels such as "Foyer - suits".
_KINDS: Mapping[str, str] = {code[0]: f"{code[0]} - {label.partition(' - ')[0]}" for code, label in _CODES.items()}

_EXCLUDE = Variant(
    "exclude_abroad_deported_unknown",
    True,
    (True, False),
    "true leaves out those who are abroad, deported or nobody knows where; published totals do so",
)

_WORDS = """Care leavers aged {ages} in {name} accommodation.

Of the care leavers who turned {turned} in the period and who are not abroad (G), deported (H) or of unknown whereabouts (R),
those in accommodation that the authority finds {name}: its code ends in {digit}.

Counts: Where nobody knows how someone lives (blank or 0), because there is no contact or for any other reason, they stay in the
denominator. Custody is as suitable as its code says.
{left_out}{too_young}

Example:
    | in touch | accommodation | counts           |
    | YES      | {yes}            | yes              |
    | YES      | {no}            | denominator only |
    | NO       |               | denominator only |
    | YES      | G1            | no               |
    | DIED     |               | no               |
"""


_TOO_YOUNG = """
At 17 nobody can live with former foster carers (Z): that is taken as not known, and the note says how many there are."""


def with_accommodation(scope: Scope, leavers: pl.LazyFrame) -> pl.LazyFrame:
    """Care leavers with ``kind`` (letter) and ``suits`` (digit) of their accommodation, both null where it is not known.

    ``remark`` says so where the code cannot be.
    """
    listed = one_of("accommodation", _CODES)
    letter, digit = pl.col("accommodation").str.slice(0, 1), pl.col("accommodation").str.slice(1)
    too_young = (pl.col("_age") < 18).fill_null(False) & listed & (letter == _FORMER_FOSTER_CARERS)
    known = listed & ~too_young
    return (
        scope.age_on(leavers, name="_age")
        .with_columns(
            pl.when(known).then(letter).alias("kind"),
            pl.when(known).then(digit).alias("suits"),
            pl.when(too_young)
            .then(pl.lit("with former foster carers at 17, which cannot be: taken as not known"))
            .alias("remark"),
        )
        .drop("_age")
    )


def _suitability(scope: Scope, ages: str, suits: str, exclude: bool) -> pl.LazyFrame:
    cohort, *_ = AGE_GROUPS[ages]
    counted = ~one_of("kind", _NOWHERE_TO_JUDGE) if exclude else pl.lit(value=True)
    return with_accommodation(scope, cohort(scope)).with_columns(
        counted.alias("denominator"), (counted & one_of("suits", (suits,))).alias("numerator")
    )


def _define(ages: str) -> None:
    _, turned, left_out = AGE_GROUPS[ages]

    def words(name: str, digit: str) -> str:
        other = _DOES_NOT_SUIT if digit == _SUITS else _SUITS
        return _WORDS.format(
            ages=ages,
            turned=turned,
            name=name,
            digit=digit,
            yes=f"U{digit}",
            no=f"U{other}",
            left_out=left_out,
            too_young=_TOO_YOUNG if ages == "17-18" else "",
        )

    @of_care_leavers(
        f"care-leavers-suitable-accommodation-{ages}",
        confidence="medium",
        fields=["OC3.ACCOM", "OC3.IN_TOUCH", "OC3.DOB"],
        variants=[_EXCLUDE],
        docstring=words("suitable", _SUITS),
        version=2,
    )
    def suitable(scope: Scope, exclude_abroad_deported_unknown: bool) -> pl.LazyFrame:
        return _suitability(scope, ages, _SUITS, exclude_abroad_deported_unknown)

    @of_care_leavers(
        f"care-leavers-unsuitable-accommodation-{ages}",
        confidence="medium",
        fields=["OC3.ACCOM", "OC3.IN_TOUCH", "OC3.DOB"],
        docstring=words("unsuitable", _DOES_NOT_SUIT),
        version=2,
    )
    def unsuitable(scope: Scope) -> pl.LazyFrame:
        return _suitability(scope, ages, _DOES_NOT_SUIT, exclude=True)


for _ages in AGE_GROUPS:
    _define(_ages)


@indicator(
    "care-leavers-by-accommodation-type",
    unit="percent_distribution",
    decimals=0,
    confidence="high",
    needs=[Need("ssda903")],
    reads=["care_leavers", "episodes"],
    fields=["OC3.ACCOM", "OC3.IN_TOUCH", "OC3.DOB"],
    breakdowns=CARE_LEAVERS,
    not_by={"quarter": NOT_BY_QUARTER},
    version=2,
    category="accommodation",
    order=(*sorted(_KINDS.values()), UNKNOWN),
)
def by_accommodation(scope: Scope) -> pl.LazyFrame:
    """Care leavers by type of accommodation.

    The care leavers who turned 17, 18, 19, 20 or 21 in the period by the kind of place in which they live, whether it suits them
    or not. The breakdown by single year of age tells those of 17 and 18 from those of 19 to 21.

    Counts: Nobody is left out for being abroad or deported: these are kinds. A blank, a 0 and a code that is no code are "not
    known", which is a kind too. At 17 nobody can live with former foster carers (Z): that is taken as not known, and the note
    says how many there are. Care leavers who died or went home for good are out, and so are those whose care another authority
    took over, and those still looked after on their 17th or 18th birthday.

    Example:
        | in touch | accommodation | category                 |
        | YES      | B1            | B - Parents or relatives |
        | YES      | B2            | B - Parents or relatives |
        | NO       |               | not known                |
        | DIED     |               |                          |
    """
    leavers = pl.concat([care_leavers_17_18(scope), care_leavers_19_21(scope)])
    kind = pl.col("kind").replace_strict(_KINDS, default=None, return_dtype=pl.String).fill_null(UNKNOWN)
    return with_accommodation(scope, leavers).with_columns(kind.alias("category"))


@indicator(
    "care-leavers-with-former-foster-carers",
    unit="percent",
    decimals=0,
    confidence="medium",
    # Who turned 20 in the period turned 18 two years before.
    needs=[Need("ssda903", 24)],
    reads=["care_leavers", "episodes"],
    fields=["OC3.ACCOM", "OC3.DOB", "Episodes.PLACE", "Episodes.DEC", "Episodes.REC"],
    breakdowns=CARE_LEAVERS,
    not_by={"quarter": _WHOLE_YEARS, "rolling": _WHOLE_YEARS, "snapshot": _WHOLE_YEARS},
    version=2,
)
def staying_put(scope: Scope) -> pl.LazyFrame:
    """Young people aged 18-20 living with their former foster carers (staying put).

    Of the care leavers who turned 18, 19 or 20 in the period and who were in a foster placement (U1 to U6) when their care ended
    on their 18th birthday, those who live with their former foster carers (Z1 or Z2), whether that suits them or not.

    Counts: Care that ended on any other day than the 18th birthday is out, whatever the reason it ended for. A placement that is
    temporary on that day is no foster placement. Someone is eligible if the return lists them as a care leaver; those who died or
    went home for good are out. Where nobody knows how someone lives, they stay in the denominator.

    Example:
        | turned 18  | care ended | placement | accommodation | counts in 2024-25 |
        | 2022-04-01 | 2022-04-01 | U6        | Z1            | yes               |
        | 2025-03-31 | 2025-03-31 | U1        | D1            | denominator only  |
        | 2023-07-07 | 2023-07-06 | U6        | Z1            | no                |
        | 2023-07-07 | 2023-07-07 | K2        | Z1            | no                |
    """
    ended = (pl.col("end_reason") != NEW_EPISODE).fill_null(False)
    from_fostering = cla_episodes(scope).filter(ended & one_of("placement", FOSTERING)).select("child", "end_date")
    leavers = care_leavers(scope, 18, 20).with_columns(birthday_1_march(18).alias("end_date"))
    return with_accommodation(scope, leavers.join(from_fostering, on=["child", "end_date"], how="semi")).with_columns(
        one_of("kind", (_FORMER_FOSTER_CARERS,)).alias("numerator")
    )
