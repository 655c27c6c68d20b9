"""Who the child is: date of birth, sex, UPN, and the child of a child, as the header has them."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData, years_later
from csc_returns.validation.expressions import sharing
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import aged, birthday
from csc_returns.validation.rules.ssda903.shared.groups import NO_UPN
from csc_returns.validation.rules.ssda903.shared.uasc import YES
from csc_returns.validation.rules.ssda903.shared.values import blank, filled, none_of, number, one_of

#: Codes of SEX from 2024-25 on, and those of the years before.
_MALE, _FEMALE = "M", "F"
_MALE_UNTIL_2023_24, _FEMALE_UNTIL_2023_24 = "1", "2"

# -- date of birth -----------------------------------------------------------------------------------------------------


@row_rule("301", "Header", ["DOB"])
def born_after_year(data: ReturnData) -> pl.Expr:
    """Date of birth comes after the collection year.

    A child who was looked after in the year was born by its last day.

    Fix: correct the date of birth, or leave out a child of the next year's return.

    Example:
        | Header         | DOB          |
        | the last day   | 31/03/2026   |
        | the day after  | 01/04/2026 * |
        | far off        | 14/05/2101 * |
        | long before    | 14/05/2010   |
        | unreadable     | 31/04/2026   |
        | blank          |              |
    """
    return pl.col("DOB") > data.end


@row_rule("351", "Header", ["DOB"])
def over_25_before_year(data: ReturnData) -> pl.Expr:
    """Person turned 25 before the collection year began.

    Care leavers stay in the return up to their 25th birthday. Who turns 25 on the first day of the year is left alone.

    Fix: correct the date of birth, or leave the person out.

    Example:
        | Header                           | DOB          |
        | turned 25 on the day before      | 31/03/2000 * |
        | turns 25 on the first day        | 01/04/2000   |
        | turns 25 a day later             | 02/04/2000   |
        | turned 25 on 28 February         | 29/02/2000 * |
        | far too old                      | 14/05/1901 * |
        | unreadable                       | 31/04/1990   |
        | blank                            |              |
    """
    return birthday(25) < data.start


@row_rule("231", "Header", ["DOB", "UASC"], since="2024-25", severity="query")
def asylum_seeker_under_11(data: ReturnData) -> pl.Expr:
    """Unaccompanied asylum seeker is younger than 11 at the end of the year.

    Children of that age seldom come alone, so one of the two is probably wrong. Who turns 11 on the last day of the year is
    left alone. In CSV files the child is an unaccompanied asylum seeker if the UASC table has the child.

    Fix: correct the date of birth or the UASC status; if both are right, explain it to the DfE.

    Example:
        | Header                  | CHILD | DOB          | UASC |
        | a day too young         | A     | 01/04/2015 * | 1 *  |
        | 11 on the last day      | B     | 31/03/2015   | 1    |
        | no asylum seeker        | C     | 01/04/2015   | 0    |
        | not said                | D     | 01/04/2015   |      |
        | unreadable              | E     | 31/04/2015   | 1    |
        | no date of birth        | F     |              | 1    |

    Example:
        | Header                  | CHILD | DOB          |
        | in the UASC table       | A     | 02/05/2010   |
        | not in the UASC table   | B     | 02/05/2016   |

        | UASC                    | CHILD |
        |                         | A     |

    Example in 2024-25:
        | Header                  | CHILD | DOB          | UASC |
        | a day too young         | A     | 01/04/2014 * | 1 *  |
        | 11 on the last day      | B     | 31/03/2014   | 1    |
    """
    return (pl.col("UASC") == YES) & (pl.col("DOB") > years_later(data.end, -11))


# -- UASC --------------------------------------------------------------------------------------------------------------


@row_rule("105", "Header", ["UASC"])
def asylum_indicator_invalid(_: ReturnData) -> pl.Expr:
    """Indicator of unaccompanied asylum seekers is missing, or is neither 0 nor 1.

    XML returns send the indicator for each child. CSV files have none: it follows from the UASC table and is always right.

    Fix: enter 1 if the child was an unaccompanied asylum seeker at some time in the year, otherwise 0.

    Example:
        | Header             | UASC  |
        | yes                | 1     |
        | no                 | 0     |
        | leading zero       | 01    |
        | decimal point      | 1.0   |
        | not whole          | 0.5 * |
        | another number     | 2 *   |
        | below zero         | -1 *  |
        | a word             | yes * |
        | no number at all   | NaN * |
        | blank              | *     |

    Example:
        | Header             | CHILD |
        | in the UASC table  | A     |
        | not in it          | B     |

        | UASC               | CHILD |
        |                    | A     |
    """
    return ~number("UASC").is_in([0.0, 1.0]).fill_null(False)


# -- UPN ---------------------------------------------------------------------------------------------------------------


@row_rule("209", "Header", ["UPN", "DOB"])
def school_child_without_upn(data: ReturnData) -> pl.Expr:
    """UN1 (not yet at school) stands for the UPN of a child who is of school age.

    A child who turned 4 by 31 August, a year and seven months before the collection year ends, has been at school since.

    Fix: take the UPN from the school or from Get Information about Pupils, or enter another reason, UN2 to UN5.

    Example:
        | Header                    | UPN           | DOB          |
        | turned 4 on 31 August     | UN1 *         | 31/08/2020 * |
        | turned 4 the day after    | UN1           | 01/09/2020   |
        | born on 29 February       | UN1 *         | 29/02/2020 * |
        | small letters             | un1 *         | 14/05/2010 * |
        | another reason            | UN2           | 14/05/2010   |
        | a pupil number            | A950000178301 | 14/05/2010   |
        | no UPN                    |               | 14/05/2010   |
        | unreadable                | UN1           | 31/04/2010   |
        | no date of birth          | UN1           |              |

    Example in 2023-24:
        | Header                    | UPN           | DOB          |
        | turned 4 on 31 August     | UN1 *         | 31/08/2018 * |
        | turned 4 the day after    | UN1           | 01/09/2018   |
    """
    return (pl.col("UPN") == "UN1") & aged(4, dt.date(data.start.year - 1, 8, 31))


@frame_rule("444", {"Header": ["UPN"]}, since="2025-26")
def upn_repeated(data: ReturnData) -> pl.LazyFrame:
    """Two or more children have the same UPN.

    A UPN belongs to one pupil. All rows that share it are one finding.

    Fix: look up each child's UPN, and correct those that are wrong; remove a child who was entered twice.

    Example:
        | Header                 | CHILD | UPN             |
        | shared                 | A     | A950000178301 * |
        | shared                 | B     | A950000178301 * |
        | in small letters       | C     | a950000178301 * |
        | the child entered twice | D     | B950000178302 * |
        | the child entered twice | D     | B950000178302 * |
        | nobody else's          | E     | C950000178303   |
        | a reason               | F     | UN1             |
        | the same reason        | G     | UN1             |
        | the last of them       | H     | UN5             |
        | the same reason        | I     | UN5             |
        | not one of the reasons | J     | UN6 *           |
        | not one of the reasons | K     | UN6 *           |
        | blank                  | L     |                 |
        | blank                  | M     |                 |
    """
    given = data["Header"].filter(filled("UPN") & none_of("UPN", NO_UPN))
    return sharing(given, "Header", "UPN")


# -- mothers -----------------------------------------------------------------------------------------------------------


@row_rule("611", "Header", ["MOTHER", "MC_DOB"])
def first_childs_birth_missing(_: ReturnData) -> pl.Expr:
    """Child is said to be a mother, and the date of birth of her first child is blank.

    Both are given together. A date that cannot be read is reported by itself.

    Fix: enter the date of birth of her first child, or set MOTHER to 0.

    Example:
        | Header           | MOTHER | MC_DOB     |
        | no date          | 1 *    | *          |
        | both             | 1      | 02/05/2025 |
        | unreadable       | 1      | 31/04/2025 |
        | not a mother     | 0      |            |
        | not said         |        |            |
        | another code     | 2      |            |
        | a leading zero   | 01     |            |
    """
    return (pl.col("MOTHER") == "1") & blank("MC_DOB")


def _no_mother_but_a_child(female: str) -> pl.Expr:
    """A girl who is said to be no mother, or of whom nothing is said, with a date of birth of her first child."""
    return (pl.col("SEX") == female) & filled("MC_DOB") & (blank("MOTHER") | one_of("MOTHER", ["0"]))


@row_rule("612", "Header", ["SEX", "MOTHER", "MC_DOB"], since="2024-25")
def first_childs_birth_of_no_mother(_: ReturnData) -> pl.Expr:
    """Girl has the date of birth of a first child, but she is not said to be a mother.

    Who has a child is a mother. Whatever is entered as the date counts, readable or not.

    Fix: set MOTHER to 1, or clear the date of birth of her child.

    Example:
        | Header           | SEX | MOTHER | MC_DOB       |
        | said to be none  | F * | 0 *    | 02/05/2025 * |
        | not said         | F * | *      | 02/05/2025 * |
        | unreadable       | F * | 0 *    | 31/04/2025 * |
        | a mother         | F   | 1      | 02/05/2025   |
        | another code     | F   | 2      | 02/05/2025   |
        | no date          | F   | 0      |              |
        | a boy            | M   | 0      | 02/05/2025   |
        | no sex           |     | 0      | 02/05/2025   |
        | the code of old  | 2   | 0      | 02/05/2025   |
    """
    return _no_mother_but_a_child(_FEMALE)


@row_rule("612", "Header", ["SEX", "MOTHER", "MC_DOB"])
def first_childs_birth_of_no_mother_until_2023_24(_: ReturnData) -> pl.Expr:
    """Girl (SEX of 2) has the date of birth of a first child, but she is not said to be a mother.

    Who has a child is a mother. Whatever is entered as the date counts, readable or not.

    Fix: set MOTHER to 1, or clear the date of birth of her child.

    Example:
        | Header                | SEX | MOTHER | MC_DOB       |
        | said to be none       | 2 * | 0 *    | 02/05/2023 * |
        | not said              | 2 * | *      | 31/04/2023 * |
        | a mother              | 2   | 1      | 02/05/2023   |
        | no date               | 2   | 0      |              |
        | a boy                 | 1   | 0      | 02/05/2023   |
        | no sex                |     | 0      | 02/05/2023   |
        | a code of later years | F   | 0      | 02/05/2023   |
    """
    return _no_mother_but_a_child(_FEMALE_UNTIL_2023_24)


def _boy_with_a_child(male: str) -> pl.Expr:
    """A boy with the date of birth of a first child."""
    return (pl.col("SEX") == male) & filled("MC_DOB")


@row_rule("174", "Header", ["SEX", "MC_DOB"], since="2024-25")
def boy_with_first_childs_birth(_: ReturnData) -> pl.Expr:
    """Boy has the date of birth of a mother's first child.

    The date is asked for mothers only. Whatever is entered counts, readable or not.

    Fix: clear the date of birth of the first child, or correct the sex.

    Example:
        | Header           | SEX | MC_DOB       |
        | a date           | M * | 02/05/2025 * |
        | small letter     | m * | 02/05/2025 * |
        | unreadable       | M * | 31/04/2025 * |
        | no date          | M   |              |
        | a girl           | F   | 02/05/2025   |
        | no sex           |     | 02/05/2025   |
        | the code of old  | 1   | 02/05/2025   |
    """
    return _boy_with_a_child(_MALE)


@row_rule("174", "Header", ["SEX", "MC_DOB"])
def boy_with_first_childs_birth_until_2023_24(_: ReturnData) -> pl.Expr:
    """Boy (SEX of 1) has the date of birth of a mother's first child.

    The date is asked for mothers only. Whatever is entered counts, readable or not.

    Fix: clear the date of birth of the first child, or correct the sex.

    Example:
        | Header                | SEX | MC_DOB       |
        | a date                | 1 * | 02/05/2023 * |
        | unreadable            | 1 * | 31/04/2023 * |
        | no date               | 1   |              |
        | a girl                | 2   | 02/05/2023   |
        | no sex                |     | 02/05/2023   |
        | a code of later years | M   | 02/05/2023   |
    """
    return _boy_with_a_child(_MALE_UNTIL_2023_24)


@row_rule("620", "Header", ["DOB", "MOTHER"])
def mother_under_11(data: ReturnData) -> pl.Expr:
    """Child is said to be a mother, and had not turned 11 when the collection year began.

    One of the two is probably wrong. Who turns 11 on the first day of the year is left alone.

    Fix: correct the date of birth, or set MOTHER to 0.

    Example:
        | Header                       | DOB          | MOTHER |
        | turned 11 on the day before  | 31/03/2014   | 1      |
        | turns 11 on the first day    | 01/04/2014   | 1      |
        | turns 11 a day later         | 02/04/2014 * | 1 *    |
        | born on 29 February          | 29/02/2016 * | 1 *    |
        | not a mother                 | 02/04/2014   | 0      |
        | not said                     | 02/04/2014   |        |
        | unreadable                   | 31/04/2014   | 1      |
        | no date of birth             |              | 1      |
    """
    return (pl.col("MOTHER") == "1") & (birthday(11) > data.start)


@row_rule("621", "Header", ["DOB", "MC_DOB"])
def mother_not_older_than_child(_: ReturnData) -> pl.Expr:
    """Mother was not born before her first child.

    A mother without a readable date of birth is flagged as well: nothing shows that she is older.

    Fix: enter or correct the mother's date of birth, or that of her first child.

    Example:
        | Header                         | DOB          | MC_DOB       |
        | born a day before the child    | 01/05/2010   | 02/05/2010   |
        | born on the same day           | 02/05/2010 * | 02/05/2010 * |
        | born a day later               | 03/05/2010 * | 02/05/2010 * |
        | no date of birth               | *            | 02/05/2025 * |
        | unreadable                     | 31/04/2010 * | 02/05/2025 * |
        | no first child                 | 02/05/2010   |              |
        | unreadable date of the child's | 02/05/2010   | 31/04/2009   |
        | neither                        |              |              |
    """
    older = (pl.col("DOB") < pl.col("MC_DOB")).fill_null(False)
    return pl.col("MC_DOB").is_not_null() & ~older
