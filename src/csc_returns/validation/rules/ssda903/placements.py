"""Placements: who provides them, the reasons for which they begin, and where they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import row_rule
from csc_returns.validation.rules.ssda903.shared.groups import (
    ADOPTION,
    ADOPTION_BY_FOSTER_CARER,
    FOSTERING,
    OTHER_PLACEMENTS,
    STARTED,
    TEMPORARY,
)
from csc_returns.validation.rules.ssda903.shared.values import blank, filled, none_of, one_of, same_and_filled

#: Placements that no local authority provides: with parents, in health care, in youth custody.
_NOT_BY_AUTHORITIES = ("P1", "R2", "R5")

#: The last day on which independent living without registration (P2) could end.
_LAST_DAY_OF_P2 = dt.date(2023, 10, 28)

# -- the provider ------------------------------------------------------------------------------------------------------


def _provider_unknown_or_needless(data: ReturnData, without: Iterable[str]) -> pl.Expr:
    """A provider that is no code of the year, or is given for a placement that has none."""
    codes = data.specification.tables["Episodes"].items["PLACE_PROVIDER"].codes or ()
    return filled("PLACE_PROVIDER") & (none_of("PLACE_PROVIDER", codes) | one_of("PLACE", without))


@row_rule("178", "Episodes", ["PLACE_PROVIDER"], reads={"Episodes": ["PLACE"]}, since="2025-26")
def provider_unknown_or_needless(data: ReturnData) -> pl.Expr:
    """Placement provider is not a code of the list, or the placement is one that has no provider.

    Temporary placements T0 to T3 and other placements Z11 to Z14 have no provider to be named. T4 is left to rule 213.

    Fix: correct the code of the provider, or clear it for a placement without one.

    Example:
        | Episodes               | PLACE_PROVIDER | PLACE |
        | first code             | PR0            | P1    |
        | last code              | PR5            | U6    |
        | unknown                | PR6 *          | U6    |
        | unknown, no placement  | P1 *           |       |
        | temporary placement    | PR1 *          | T0    |
        | temporary placement    | PR1 *          | T3    |
        | left to another rule   | PR1            | T4    |
        | other placement        | PR4 *          | Z11   |
        | other placement        | PR4 *          | Z14   |
        | the code of old        | PR4            | Z1    |
        | no placement           | PR4            |       |
        | no provider            |                | T0    |
        | no provider            |                | U6    |
    """
    return _provider_unknown_or_needless(data, ("T0", "T1", "T2", "T3", *OTHER_PLACEMENTS))


@row_rule("178", "Episodes", ["PLACE_PROVIDER"], reads={"Episodes": ["PLACE"]})
def provider_unknown_or_needless_until_2024_25(data: ReturnData) -> pl.Expr:
    """Placement provider is not a code of the list, or the placement is one that has no provider.

    Temporary placements (T0 to T4) and other placements (Z1) have no provider to be named.

    Fix: correct the code of the provider, or clear it for a placement without one.

    Example:
        | Episodes               | PLACE_PROVIDER | PLACE |
        | first code             | PR0            | P1    |
        | last code              | PR5            | U6    |
        | unknown                | PR6 *          | U6    |
        | unknown, no placement  | P1 *           |       |
        | temporary placement    | PR1 *          | T0    |
        | temporary placement    | PR1 *          | T4    |
        | other placement        | PR4 *          | Z1    |
        | a code of later years  | PR4            | Z11   |
        | no placement           | PR4            |       |
        | no provider            |                | T0    |
        | no provider            |                | U6    |
    """
    return _provider_unknown_or_needless(data, (*TEMPORARY, "Z1"))


@row_rule("213", "Episodes", ["PLACE_PROVIDER"], reads={"Episodes": ["PLACE"]}, since="2025-26")
def provider_of_placement_without_one(_: ReturnData) -> pl.Expr:
    """Temporary (T0 to T4) or other (Z11 to Z14) placement has a provider.

    These placements have no provider to be named.

    Fix: clear the provider, or correct the code of the placement.

    Example:
        | Episodes            | PLACE_PROVIDER | PLACE |
        | temporary placement | PR1 *          | T0    |
        | temporary placement | PR1 *          | T4    |
        | other placement     | PR1 *          | Z11   |
        | any text            | NONE *         | Z14   |
        | the code of old     | PR1            | Z1    |
        | another placement   | PR1            | U6    |
        | no placement        | PR1            |       |
        | no provider         |                | T0    |
    """
    return one_of("PLACE", (*TEMPORARY, *OTHER_PLACEMENTS)) & filled("PLACE_PROVIDER")


@row_rule("213", "Episodes", ["PLACE_PROVIDER"], reads={"Episodes": ["PLACE"]})
def provider_of_temporary_placement(_: ReturnData) -> pl.Expr:
    """Temporary placement (T0 to T4) has a provider.

    A temporary placement has no provider to be named.

    Fix: clear the provider, or correct the code of the placement.

    Example:
        | Episodes            | PLACE_PROVIDER | PLACE |
        | temporary placement | PR1 *          | T0    |
        | temporary placement | PR1 *          | T4    |
        | any text            | NONE *         | T1    |
        | other placement     | PR1            | Z1    |
        | another placement   | PR1            | U6    |
        | no placement        | PR1            |       |
        | no provider         |                | T0    |
    """
    return one_of("PLACE", TEMPORARY) & filled("PLACE_PROVIDER")


@row_rule("526", "Episodes", ["PLACE", "PLACE_PROVIDER"], since="2025-26")
def provider_missing(_: ReturnData) -> pl.Expr:
    """Placement has no provider, and is not one that can go without.

    Every placement has a provider, but for temporary (T0 to T4) and other placements (Z11 to Z14).

    Fix: enter the code of the provider, or correct the code of the placement.

    Example:
        | Episodes            | PLACE | PLACE_PROVIDER |
        | no provider         | U6 *  | *              |
        | with parents        | P1 *  | *              |
        | neither             | *     | *              |
        | the code of old     | Z1 *  | *              |
        | temporary placement | T0    |                |
        | temporary placement | T4    |                |
        | other placement     | Z11   |                |
        | other placement     | Z14   |                |
        | has one             | U6    | PR1            |
        | any text            | U6    | NONE           |
        | no placement        |       | PR1            |
    """
    return blank("PLACE_PROVIDER") & none_of("PLACE", (*TEMPORARY, *OTHER_PLACEMENTS))


@row_rule("526", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def provider_missing_until_2024_25(_: ReturnData) -> pl.Expr:
    """Placement has no provider, and is not one that can go without.

    Every placement has a provider, but for temporary (T0 to T4) and other placements (Z1).

    Fix: enter the code of the provider, or correct the code of the placement.

    Example:
        | Episodes              | PLACE | PLACE_PROVIDER |
        | no provider           | U6 *  | *              |
        | with parents          | P1 *  | *              |
        | neither               | *     | *              |
        | a code of later years | Z11 * | *              |
        | temporary placement   | T0    |                |
        | temporary placement   | T4    |                |
        | other placement       | Z1    |                |
        | has one               | U6    | PR1            |
        | no placement          |       | PR1            |
    """
    return blank("PLACE_PROVIDER") & none_of("PLACE", (*TEMPORARY, "Z1"))


def _provided(provider: str, placements: Iterable[str]) -> pl.Expr:
    """The provider has this code, and the placement is one of those that such a provider does not have."""
    return (pl.col("PLACE_PROVIDER") == provider) & one_of("PLACE", placements)


@row_rule("527", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def own_authority_cannot_provide(_: ReturnData) -> pl.Expr:
    """Placement P1, R2 or R5 is said to be provided by the own authority (PR1).

    Parents, a health service (R2) or a place of custody (R5) provides these, and no local authority.

    Fix: correct the placement or its provider.

    Example:
        | Episodes          | PLACE | PLACE_PROVIDER |
        |                   | P1 *  | PR1 *          |
        |                   | R2 *  | PR1 *          |
        |                   | R5 *  | PR1 *          |
        | another placement | R1    | PR1            |
        | another provider  | R2    | PR2            |
        | no placement      |       | PR1            |
        | no provider       | P1    |                |
    """
    return _provided("PR1", _NOT_BY_AUTHORITIES)


@row_rule("528", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def other_authority_cannot_provide(_: ReturnData) -> pl.Expr:
    """Placement P1, R2 or R5 is said to be provided by another authority (PR2).

    Parents, a health service (R2) or a place of custody (R5) provides these, and no local authority.

    Fix: correct the placement or its provider.

    Example:
        | Episodes          | PLACE | PLACE_PROVIDER |
        |                   | P1 *  | PR2 *          |
        |                   | R2 *  | PR2 *          |
        |                   | R5 *  | PR2 *          |
        | another placement | R1    | PR2            |
        | another provider  | R5    | PR1            |
        | no placement      |       | PR2            |
        | no provider       | P1    |                |
    """
    return _provided("PR2", _NOT_BY_AUTHORITIES)


@row_rule("529", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def other_public_body_cannot_provide(_: ReturnData) -> pl.Expr:
    """Adoption, fostering, home or parental placement is said to be provided by another public body (PR3).

    A public body that is no local authority (such as one of health) does not place for adoption (A3 to A6), foster (U1 to
    U6), run children's homes (K1, K2) or place with parents (P1).

    Fix: correct the placement or its provider.

    Example:
        | Episodes          | PLACE | PLACE_PROVIDER |
        |                   | A3 *  | PR3 *          |
        |                   | A4 *  | PR3 *          |
        |                   | A5 *  | PR3 *          |
        |                   | A6 *  | PR3 *          |
        |                   | K1 *  | PR3 *          |
        |                   | K2 *  | PR3 *          |
        |                   | P1 *  | PR3 *          |
        |                   | U1 *  | PR3 *          |
        |                   | U6 *  | PR3 *          |
        | another placement | K3    | PR3            |
        | another placement | R2    | PR3            |
        | another provider  | U6    | PR4            |
        | no placement      |       | PR3            |
        | no provider       | U6    |                |
    """
    return _provided("PR3", (*ADOPTION, "K1", "K2", "P1", *FOSTERING))


@row_rule("530", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def private_provider_of_parents(_: ReturnData) -> pl.Expr:
    """Child placed with parents (P1) is said to have a private provider (PR4).

    Nobody but the parents provides a placement with parents.

    Fix: set the provider to PR0, or correct the placement.

    Example:
        | Episodes          | PLACE | PLACE_PROVIDER |
        |                   | P1 *  | PR4 *          |
        | another placement | U6    | PR4            |
        | another provider  | P1    | PR0            |
        | no placement      |       | PR4            |
        | no provider       | P1    |                |
    """
    return _provided("PR4", ["P1"])


@row_rule("531", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def voluntary_provider_of_parents(_: ReturnData) -> pl.Expr:
    """Child placed with parents (P1) is said to have a voluntary provider (PR5).

    Nobody but the parents provides a placement with parents.

    Fix: set the provider to PR0, or correct the placement.

    Example:
        | Episodes          | PLACE | PLACE_PROVIDER |
        |                   | P1 *  | PR5 *          |
        | another placement | U6    | PR5            |
        | another provider  | P1    | PR0            |
        | no placement      |       | PR5            |
        | no provider       | P1    |                |
    """
    return _provided("PR5", ["P1"])


@row_rule("550", "Episodes", ["PLACE", "PLACE_PROVIDER"])
def parents_provide_another_placement(_: ReturnData) -> pl.Expr:
    """Parents are said to provide the placement (PR0), but the child is not placed with parents (P1).

    PR0 goes with P1 alone.

    Fix: correct the provider, or set the placement to P1 if the child lived with their parents.

    Example:
        | Episodes          | PLACE | PLACE_PROVIDER |
        | another placement | U6 *  | PR0 *          |
        | no placement      | *     | PR0 *          |
        | with parents      | P1    | PR0            |
        | another provider  | U6    | PR1            |
        | no provider       | U6    |                |
    """
    return (pl.col("PLACE_PROVIDER") == "PR0") & none_of("PLACE", ["P1"])


# -- the start ---------------------------------------------------------------------------------------------------------


@row_rule("217", "Episodes", ["PLACE", "DECOM", "RNE"])
def adoption_by_foster_carer_starts_with_move(_: ReturnData) -> pl.Expr:
    """Placement for adoption with the foster carer (A3 or A5) has a reason to begin other than S, T or U.

    The child stays where they are, so the carer does not change: T and U say so. S begins the care. Only episodes that
    start on 1 April 2015 or later count.

    Fix: correct the reason for the new episode, or choose A4 or A6 if the adopter is not the foster carer.

    Example:
        | Episodes               | PLACE | DECOM        | RNE |
        | new carer              | A3 *  | 02/05/2025 * | P * |
        | legal status only      | A5 *  | 02/05/2025 * | L * |
        | no reason              | A5 *  | 02/05/2025 * | *   |
        | the first day          | A3 *  | 01/04/2015 * | B * |
        | the day before         | A3    | 31/03/2015   | B   |
        | start of care          | A3    | 02/05/2025   | S   |
        | same carer             | A3    | 02/05/2025   | T   |
        | same carer, new status | A5    | 02/05/2025   | U   |
        | another placement      | A4    | 02/05/2025   | P   |
        | no placement           |       | 02/05/2025   | P   |
        | no start               | A3    |              | P   |
        | not a date             | A3    | 30/02/2025   | P   |
    """
    keeps_carer = one_of("RNE", [STARTED, "T", "U"])
    return one_of("PLACE", ADOPTION_BY_FOSTER_CARER) & (pl.col("DECOM") >= dt.date(2015, 4, 1)) & ~keeps_carer


@row_rule("380", "Episodes", ["PLACE", "RNE"])
def temporary_placement_begins_without_move(_: ReturnData) -> pl.Expr:
    """Temporary placement (T0 to T4) does not begin with a move to another carer (RNE of P or B).

    A temporary placement is time away from the usual one, so the child comes to it by a move and never at the start of care.

    Fix: correct the reason for the new episode, or enter the placement in which the child really was.

    Example:
        | Episodes               | PLACE | RNE |
        | start of care          | T0 *  | S * |
        | legal status only      | T4 *  | L * |
        | same carer             | T1 *  | U * |
        | no reason              | T2 *  | *   |
        | new carer              | T0    | P   |
        | new carer and status   | T3    | B   |
        | another placement      | U6    | S   |
        | no placement           |       | S   |
    """
    return one_of("PLACE", TEMPORARY) & none_of("RNE", ["P", "B"])


# -- codes that end, and places ----------------------------------------------------------------------------------------


@row_rule("217t", "Episodes", ["PLACE", "DECOM", "DEC"], since="2023-24", until="2023-24")
def p2_after_its_end(_: ReturnData) -> pl.Expr:
    """Placement P2 goes on after 28 October 2023.

    Supported accommodation had to be registered from that day on, and P2 was no longer to be used. An episode
    without end, or with one that cannot be read, goes on.

    Fix: end the episode and begin a new one with the code of the placement from then on.

    Example:
        | Episodes          | PLACE | DECOM        | DEC          |
        | a day too late    | P2 *  | 02/05/2023 * | 29/10/2023 * |
        | open              | P2 *  | 02/05/2023 * | *            |
        | end not a date    | P2 *  | 02/05/2023 * | 30/02/2023 * |
        | no dates          | P2 *  | *            | *            |
        | the last day      | P2    | 02/05/2023   | 28/10/2023   |
        | another placement | H5    | 02/05/2023   | 29/10/2023   |
        | no placement      |       | 02/05/2023   |              |
    """
    goes_on = (pl.col("DEC") > _LAST_DAY_OF_P2) | pl.col("DEC").is_null()
    return (pl.col("PLACE") == "P2") & goes_on


@row_rule("392d", "Episodes", ["HOME_POST", "PL_POST", "PLACE"])
def placed_at_home_address(_: ReturnData) -> pl.Expr:
    """Child is placed at the postcode of their home, but not with parents (P1).

    Only a placement with parents is expected where the child lived before. The postcodes are compared letter by letter, with
    their spaces; small letters count as capitals.

    Fix: correct the postcode of the home or of the placement, or set the placement to P1.

    Example:
        | Episodes          | HOME_POST | PL_POST   | PLACE |
        | same              | AA1 1AA * | AA1 1AA * | U6 *  |
        | small letters     | aa1 1aa * | AA1 1AA * | U6 *  |
        | no placement      | AA1 1AA * | AA1 1AA * | *     |
        | another space     | AA1 1AA   | AA11AA    | U6    |
        | with parents      | AA1 1AA   | AA1 1AA   | P1    |
        | different         | AA1 1AA   | AA1 1AB   | U6    |
        | home only         | AA1 1AA   |           | U6    |
        | placement only    |           | AA1 1AA   | U6    |
        | neither           |           |           | U6    |
    """
    return none_of("PLACE", ["P1"]) & same_and_filled("HOME_POST", "PL_POST")
