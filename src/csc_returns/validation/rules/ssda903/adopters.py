"""The adopters of a child: their number, sex and legal status must go together."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import row_rule
from csc_returns.validation.rules.ssda903.shared.values import none_of, one_of

#: Sex of a single adopter.
_SINGLE = ("M1", "F1")

#: Sex of a couple, and of one whose partners are of the same sex or of different ones.
_SAME_SEX = ("MM", "FF")
_DIFFERENT_SEX = ("MF",)
_COUPLE = (*_SAME_SEX, *_DIFFERENT_SEX)


@row_rule("511", "AD1", ["NB_ADOPTR", "SEX_ADOPTR"])
def two_adopters_with_sex_of_one(_: ReturnData) -> pl.Expr:
    """Child has two adopters, but their sex is given as that of a single one (M1 or F1).

    Two adopters are MM, FF or MF. A blank and any other text are left to other rules.

    Fix: correct the number of adopters, or enter the code of the couple.

    Example:
        | AD1               | NB_ADOPTR | SEX_ADOPTR |
        | one man           | 2 *       | M1 *       |
        | one woman         | 2 *       | F1 *       |
        | a couple          | 2         | MM         |
        | a couple          | 2         | FF         |
        | a couple          | 2         | MF         |
        | not a code        | 2         | M          |
        | no sex            | 2         |            |
        | one adopter       | 1         | M1         |
        | written otherwise | 02        | M1         |
        | no number         |           | F1         |
    """
    return (pl.col("NB_ADOPTR") == "2") & one_of("SEX_ADOPTR", _SINGLE)


def _sex_does_not_fit(legal_status: str, sexes: Iterable[str]) -> pl.Expr:
    """Adopters of this legal status whose sex is none of these, or is blank."""
    return (pl.col("LS_ADOPTR") == legal_status) & none_of("SEX_ADOPTR", sexes)


@row_rule("514", "AD1", ["LS_ADOPTR", "SEX_ADOPTR"])
def single_adopter_with_other_sex(_: ReturnData) -> pl.Expr:
    """Child was adopted by a single person (L0), but the sex is not that of one person (M1 or F1).

    A single adopter is one man or one woman.

    Fix: correct the legal status of the adopter, or enter M1 or F1.

    Example:
        | AD1             | LS_ADOPTR | SEX_ADOPTR |
        | a couple        | L0 *      | MF *       |
        | a couple        | L0 *      | MM *       |
        | no sex          | L0 *      | *          |
        | one man         | L0        | M1         |
        | one woman       | L0        | F1         |
        | another status  | L11       | MF         |
        | no legal status |           | MF         |
    """
    return _sex_does_not_fit("L0", _SINGLE)


@row_rule("517", "AD1", ["LS_ADOPTR", "SEX_ADOPTR"])
def unmarried_couple_of_different_sex_with_other_sex(_: ReturnData) -> pl.Expr:
    """Child was adopted by an unmarried couple of different sex (L3), but the sex is not MF.

    L3 stands for a man and a woman who are not married.

    Fix: correct the legal status of the adopters, or enter MF.

    Example:
        | AD1               | LS_ADOPTR | SEX_ADOPTR |
        | one man           | L3 *      | M1 *       |
        | the same sex      | L3 *      | FF *       |
        | no sex            | L3 *      | *          |
        | a man and a woman | L3        | MF         |
        | another status    | L4        | FF         |
        | no legal status   |           | FF         |
    """
    return _sex_does_not_fit("L3", _DIFFERENT_SEX)


@row_rule("518", "AD1", ["LS_ADOPTR", "SEX_ADOPTR"])
def unmarried_couple_of_same_sex_with_other_sex(_: ReturnData) -> pl.Expr:
    """Child was adopted by an unmarried couple of the same sex (L4), but the sex is neither MM nor FF.

    L4 stands for two men or two women who are neither married nor civil partners.

    Fix: correct the legal status of the adopters, or enter MM or FF.

    Example:
        | AD1               | LS_ADOPTR | SEX_ADOPTR |
        | one woman         | L4 *      | F1 *       |
        | a man and a woman | L4 *      | MF *       |
        | no sex            | L4 *      | *          |
        | two men           | L4        | MM         |
        | two women         | L4        | FF         |
        | another status    | L3        | MF         |
        | no legal status   |           | MF         |
    """
    return _sex_does_not_fit("L4", _SAME_SEX)


@row_rule("519", "AD1", ["LS_ADOPTR", "SEX_ADOPTR"])
def civil_partners_with_other_sex(_: ReturnData) -> pl.Expr:
    """Child was adopted by civil partners (L2), but the sex is not that of a couple (MM, FF or MF).

    A civil partnership has two partners, of the same sex or of different ones.

    Fix: correct the legal status of the adopters, or enter the code of the couple.

    Example:
        | AD1               | LS_ADOPTR | SEX_ADOPTR |
        | one man           | L2 *      | M1 *       |
        | one woman         | L2 *      | F1 *       |
        | no sex            | L2 *      | *          |
        | two men           | L2        | MM         |
        | two women         | L2        | FF         |
        | a man and a woman | L2        | MF         |
        | another status    | L0        | M1         |
        | no legal status   |           | M1         |
    """
    return _sex_does_not_fit("L2", _COUPLE)


@row_rule("520", "AD1", ["LS_ADOPTR", "SEX_ADOPTR"])
def married_couple_of_different_sex_with_other_sex(_: ReturnData) -> pl.Expr:
    """Child was adopted by a married couple of different sex (L11), but the sex is not MF.

    L11 stands for husband and wife.

    Fix: correct the legal status of the adopters, or enter MF.

    Example:
        | AD1               | LS_ADOPTR | SEX_ADOPTR |
        | two men           | L11 *     | MM *       |
        | one woman         | L11 *     | F1 *       |
        | no sex            | L11 *     | *          |
        | a man and a woman | L11       | MF         |
        | another status    | L12       | MM         |
        | the code of old   | L1        | MM         |
        | no legal status   |           | MM         |
    """
    return _sex_does_not_fit("L11", _DIFFERENT_SEX)


@row_rule("524", "AD1", ["LS_ADOPTR", "SEX_ADOPTR"])
def married_couple_of_same_sex_with_other_sex(_: ReturnData) -> pl.Expr:
    """Child was adopted by a married couple of the same sex (L12), but the sex is neither MM nor FF.

    L12 stands for two husbands or two wives.

    Fix: correct the legal status of the adopters, or enter MM or FF.

    Example:
        | AD1               | LS_ADOPTR | SEX_ADOPTR |
        | one man           | L12 *     | M1 *       |
        | a man and a woman | L12 *     | MF *       |
        | no sex            | L12 *     | *          |
        | two men           | L12       | MM         |
        | two women         | L12       | FF         |
        | another status    | L11       | MF         |
        | no legal status   |           | MF         |
    """
    return _sex_does_not_fit("L12", _SAME_SEX)
