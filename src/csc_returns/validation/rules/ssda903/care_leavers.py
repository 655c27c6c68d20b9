"""Care leavers (OC3) by themselves, by their age, against last year's return and the header.

Care leavers beside episodes are in ``care_leavers_in_care.py`` and ``care_leavers_history.py``.
"""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import birthday
from csc_returns.validation.rules.ssda903.shared.care import looked_after, not_short_break, rows_of, running_in_year
from csc_returns.validation.rules.ssda903.shared.groups import CARE_LEAVER_ITEMS
from csc_returns.validation.rules.ssda903.shared.values import all_filled, any_filled, blank, filled, none_of, one_of

#: IN_TOUCH: the care leaver has died.
_DIED = "DIED"

#: ACTIV and ACCOM: not known.
_NOT_KNOWN = "0"

# -- the three answers -------------------------------------------------------------------------------------------------


@row_rule("153", "OC3", CARE_LEAVER_ITEMS)
def partly_filled(_: ReturnData) -> pl.Expr:
    """Details of a care leaver are given only in part.

    Contact, activity and accommodation belong together: either all three are answered or none.

    Fix: enter what is missing (0 where activity or accommodation is not known), or clear all three.

    Example:
        | OC3           | IN_TOUCH | ACTIV | ACCOM |
        | contact alone | YES *    | *     | *     |
        | one missing   | *        | F2 *  | B1 *  |
        | one missing   | YES *    | *     | B1 *  |
        | one missing   | X *      | 0 *   | *     |
        | all three     | YES      | F2    | B1    |
        | none          |          |       |       |
    """
    return any_filled(*CARE_LEAVER_ITEMS) & ~all_filled(*CARE_LEAVER_ITEMS)


@row_rule("344", "OC3", CARE_LEAVER_ITEMS)
def details_of_one_who_died_or_went_home(_: ReturnData) -> pl.Expr:
    """Care leaver died or went home, but activity and accommodation are not both 0.

    Nothing is asked about what such a person does and where they live, and the return wants 0 for both, not a blank.

    Fix: enter 0 for activity and accommodation, or correct the answer about contact.

    Example:
        | OC3              | IN_TOUCH | ACTIV | ACCOM |
        | activity         | DIED *   | F2 *  | 0 *   |
        | accommodation    | RHOM *   | 0 *   | B1 *  |
        | blank activity   | DIED *   | *     | 0 *   |
        | blank home       | RHOM *   | 0 *   | *     |
        | both blank       | DIED *   | *     | *     |
        | not exactly 0    | RHOM *   | 00 *  | 0 *   |
        | both 0           | DIED     | 0     | 0     |
        | small letters    | rhom     | 0     | 0     |
        | in touch         | YES      | F2    | B1    |
        | not said         |          | F2    | B1    |
    """
    not_zero = none_of("ACTIV", [_NOT_KNOWN]) | none_of("ACCOM", [_NOT_KNOWN])
    return one_of("IN_TOUCH", [_DIED, "RHOM"]) & not_zero


@row_rule("345", "OC3", CARE_LEAVER_ITEMS)
def in_touch_and_nothing_known(_: ReturnData) -> pl.Expr:
    """Authority is in touch with the care leaver, but activity or accommodation is given as not known (0).

    Who is in touch with a young person knows what they do and where they live.

    Fix: enter the activity and the accommodation, or correct the answer about contact.

    Example:
        | OC3              | IN_TOUCH | ACTIV | ACCOM |
        | activity         | YES *    | 0 *   | B1 *  |
        | accommodation    | YES *    | F2 *  | 0 *   |
        | both             | YES *    | 0 *   | 0 *   |
        | other blank      | YES *    | *     | 0 *   |
        | both known       | YES      | F2    | B1    |
        | blank            | YES      |       |       |
        | not exactly 0    | YES      | 00    | B1    |
        | no contact       | NO       | 0     | 0     |
        | not said         |          | 0     | 0     |
    """
    return (pl.col("IN_TOUCH") == "YES") & ((pl.col("ACTIV") == _NOT_KNOWN) | (pl.col("ACCOM") == _NOT_KNOWN))


# -- age ---------------------------------------------------------------------------------------------------------------


@row_rule("347", "OC3", ["ACCOM", "DOB"], since="2023-24")
def foyer_under_18(data: ReturnData) -> pl.Expr:
    """Care leaver lives in a foyer (T) without having been 18 when the year began.

    Foyers are for young adults. An 18th birthday on the first day of the year is accepted.

    Fix: correct the accommodation or the date of birth.

    Example:
        | OC3                    | DOB          | ACCOM |
        | 18 after the first day | 02/04/2007 * | T *   |
        | small letter           | 02/04/2007 * | t *   |
        | 18 on the first day    | 01/04/2007   | T     |
        | other accommodation    | 02/04/2007   | U1    |
        | no accommodation       | 02/04/2007   |       |
        | no date of birth       |              | T     |
        | not a date             | 31/04/2010   | T     |
    """
    return (pl.col("ACCOM") == "T") & (birthday(18) > data.start)


@row_rule("391", "OC3", ["DOB", *CARE_LEAVER_ITEMS])
def details_under_17(data: ReturnData) -> pl.Expr:
    """Details of a care leaver are given for someone not yet 17 on the last day of the year.

    Care leavers are returned from their 17th birthday on.

    Fix: clear the details, or correct the date of birth.

    Example:
        | OC3                     | DOB          | IN_TOUCH | ACTIV | ACCOM |
        | 17 after the last day   | 01/04/2009 * | YES *    | F2 *  | B1 *  |
        | contact alone           | 01/04/2009 * | X *      | *     | *     |
        | activity alone          | 01/04/2009 * | *        | F2 *  | *     |
        | accommodation alone     | 01/04/2009 * | *        | *     | 0 *   |
        | no details              | 01/04/2009   |          |       |       |
        | 17 on the last day      | 31/03/2009   | YES      | F2    | B1    |
        | no date of birth        |              | YES      | F2    | B1    |
        | not a date              | 31/04/2015   | YES      | F2    | B1    |
    """
    return (birthday(17) > data.end) & any_filled(*CARE_LEAVER_ITEMS)


@frame_rule("3001", {"OC3": ["ACCOM"]}, reads={"Header": ["DOB"]})
def former_foster_carers_at_17(data: ReturnData) -> pl.LazyFrame:
    """Young person who turned 17 in the year is said to live with former foster carers.

    Z1 and Z2 are for those who stay on with their foster carers as adults. The birthday is taken from the header.

    Fix: correct the accommodation, or the date of birth in the header.

    Example:
        | OC3                     | CHILD | DOB        | ACCOM |
        | 17 on the first day     | A     |            | Z1 *  |
        | small letter            | A     |            | z2 *  |
        | other accommodation     | A     |            | B1    |
        | no accommodation        | A     |            |       |
        | 17 on the last day      | B     | 01/05/2000 | Z2 *  |
        | 17 before the first day | C     |            | Z1    |
        | 17 after the last day   | D     |            | Z1    |
        | no date of birth        | E     | 01/05/2008 | Z1    |
        | not a date              | F     | 01/05/2008 | Z1    |
        | no header               | G     | 01/05/2008 | Z1    |
        | nobody's                |       | 01/05/2008 | Z1    |

        | Header                  | CHILD | DOB        |
        |                         | A     | 01/04/2008 |
        |                         | B     | 31/03/2009 |
        |                         | C     | 31/03/2008 |
        |                         | D     | 01/04/2009 |
        |                         | E     |            |
        |                         | F     | 31/04/2008 |
        | nobody's                |       | 01/05/2008 |
    """
    turning_17 = data["Header"].filter(birthday(17).is_between(data.start, data.end))
    return data["OC3"].filter(one_of("ACCOM", ["Z1", "Z2"])).join(turning_17, on="child", how="semi")


# -- last year ---------------------------------------------------------------------------------------------------------


@frame_rule("348", {"OC3": ["IN_TOUCH"]}, since="2025-26", reads={"OC3_last": ["IN_TOUCH"]})
def alive_after_death(data: ReturnData) -> pl.LazyFrame:
    """Care leaver who had died in last year's return is not shown as having died this year.

    A death that was returned once stays; a blank is questioned as much as another answer.

    Fix: enter DIED; if the young person is alive, last year's return was wrong.

    Example:
        | OC3                   | CHILD | IN_TOUCH |
        | in touch              | A     | YES *    |
        | not said              | A     | *        |
        | died                  | A     | DIED     |
        | small letters         | A     | died     |
        | one of two rows       | B     | NO *     |
        | was in touch          | C     | YES      |
        | was not said          | D     | YES      |
        | not returned before   | E     | YES      |
        | nobody's              |       | YES      |

        | OC3_last              | CHILD | IN_TOUCH |
        |                       | A     | DIED     |
        |                       | B     | YES      |
        |                       | B     | DIED     |
        |                       | B     | DIED     |
        |                       | C     | YES      |
        |                       | D     |          |
        | not returned now      | F     | DIED     |
        | nobody's              |       | DIED     |
    """
    died = data["OC3_last"].filter(pl.col("IN_TOUCH") == _DIED).sort("OC3_last").unique("child", keep="first")
    return data["OC3"].filter(none_of("IN_TOUCH", [_DIED])).join(died.select("child", "OC3_last"), on="child")


# -- the header --------------------------------------------------------------------------------------------------------


@frame_rule(
    "EPI",
    {"Header": ["CHILD"]},
    reads={"Episodes": ["CHILD"], "OC3": ["CHILD"]},
    optional=["Episodes", "OC3"],
    severity="query",
)
def neither_episodes_nor_care_leaver(data: ReturnData) -> pl.LazyFrame:
    """Child of the header has no episode and is no care leaver.

    Everyone in the return was looked after in the year or is reported as a care leaver.

    Fix: enter the episodes or the care leaver's details, correct the child's identifier, or remove the row.

    Example:
        | Header           | CHILD | SEX |
        | neither          | A *   | F   |
        | an episode       | B     | F   |
        | care leaver      | C     | F   |
        | both             | D     | F   |
        | nobody's         | *     | F   |

        | Episodes         | CHILD | DECOM      |
        |                  | B     |            |
        |                  | D     | 01/06/2024 |
        | nobody's         |       | 01/06/2024 |

        | OC3              | CHILD | IN_TOUCH |
        |                  | C     |          |
        |                  | D     | YES      |

    Example:
        | Header           | CHILD |
        | no such tables   | A *   |

    Example:
        | Header           | CHILD |
        | no episodes      | A *   |
        | care leaver      | B     |

        | OC3              | CHILD |
        |                  | B     |
    """
    return data.lacking("Header", "Episodes", on="child").join(data["OC3"], on="child", how="anti")


@frame_rule("628", {"Header": ["MOTHER"]}, reads={"Episodes": ["CHILD"], "OC3": CARE_LEAVER_ITEMS})
def motherhood_of_care_leaver(data: ReturnData) -> pl.LazyFrame:
    """It is said whether a care leaver is a mother, though she has no episode in the year.

    That is asked only of girls who were looked after in the year; even the answer no is not expected of others.

    Fix: clear the answer, or enter the missing episodes.

    Example:
        | Header               | CHILD | MOTHER |
        | yes                  | A     | 1 *    |
        | no                   | B     | 0 *    |
        | not an answer        | C     | X *    |
        | not said             | A     |        |
        | an episode           | D     | 1      |
        | no details           | E     | 1      |
        | no care leaver       | F     | 1      |
        | one of two rows      | G     | 1 *    |
        | nobody's             |       | 1      |

        | Episodes             | CHILD | DECOM      |
        | no start             | D     |            |
        | nobody's             |       | 01/06/2024 |

        | OC3                  | CHILD | IN_TOUCH | ACTIV | ACCOM |
        |                      | A     | YES      |       |       |
        |                      | B     |          | F2    |       |
        |                      | C     |          |       | 0     |
        |                      | D     | YES      | F2    | B1    |
        | no details           | E     |          |       |       |
        | no details           | G     |          |       |       |
        |                      | G     | NO       | 0     | 0     |
        | nobody's             |       | YES      | F2    | B1    |
    """
    care_leavers = data["OC3"].filter(any_filled(*CARE_LEAVER_ITEMS))
    without_episodes = data.lacking("Header", "Episodes", on="child")
    return without_episodes.filter(filled("MOTHER")).join(care_leavers, on="child", how="semi")


def _motherhood_wrong(data: ReturnData, male: str, female: str) -> pl.LazyFrame:
    """Header rows of children looked after, short breaks aside, in which MOTHER is wrong, each with the child's OC3 rows.

    One finding a Header row, in the columns ``Header`` and ``OC3``.

    Args:
        data: the return.
        male: code of SEX.
        female: code of SEX.
    """
    in_year = data["Episodes"].filter(not_short_break() & running_in_year(data))
    left_before = data["OC3"].filter(any_filled(*CARE_LEAVER_ITEMS)).join(in_year, on="child", how="anti")
    header = rows_of(data, "Header", looked_after)
    not_valid = filled("MOTHER") & (none_of("MOTHER", ["0", "1"]) | (pl.col("SEX") == male))
    not_said = header.filter(blank("MOTHER") & (pl.col("SEX") == female)).join(left_before, on="child", how="anti")
    wrong = pl.concat([header.filter(not_valid), not_said]).select("Header")
    beside = data.join("Header", "OC3", on="child").join(wrong, on="Header", how="semi")
    return pl.concat([wrong, beside.select("Header", "OC3")], how="diagonal").with_columns(finding=pl.col("Header"))


@frame_rule(
    "165",
    {"Header": ["MOTHER", "SEX"], "OC3": CARE_LEAVER_ITEMS},
    since="2024-25",
    reads={"Episodes": ["DECOM", "LS", "DEC"]},
)
def motherhood_wrong(data: ReturnData) -> pl.LazyFrame:
    """Answer whether a child is a mother is neither 0 nor 1, is given for a boy, or is missing for a girl.

    It is asked of every girl with an episode other than a short break (V3 or V4). It may be missing for a care leaver with
    details whose episodes, short breaks aside, are all outside the year.

    Fix: enter 1 if the girl has a child of her own, otherwise 0; clear it for a boy; or correct the sex.

    Example:
        | Header                  | CHILD | SEX | MOTHER |
        | not an answer           | A     | F * | 2 *    |
        | of no sex               | A     | *   | X *    |
        | of unknown sex          | A     | U * | 01 *   |
        | a boy, no               | A     | M * | 0 *    |
        | a boy, yes              | A     | M * | 1 *    |
        | a girl, not said        | A     | F * | *      |
        | a boy, not said         | A     | M   |        |
        | a girl, no              | A     | F   | 0      |
        | a girl, yes             | A     | F   | 1      |
        | unknown sex, said       | A     | U   | 1      |
        | unknown sex, not said   | A     | U   |        |
        | sex not said            | A     |     |        |
        | the code of old         | A     | 2   |        |
        | the code of old         | A     | 1   | 1      |
        | only short breaks       | B     | M   | 2      |
        | no episodes             | C     | M   | 2      |
        | no legal status         | D     | F * | *      |
        | nobody's                |       | M   | 2      |

        | OC3                     | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | in the year             | A     | YES *    | F2 *  | B1 *  |
        |                         | B     | YES      | F2    | B1    |
        | nobody's                |       | YES      | F2    | B1    |

        | Episodes                | CHILD | DECOM      | LS | DEC        |
        | short break             | A     | 01/06/2024 | V3 | 30/06/2024 |
        |                         | A     | 30/06/2024 | C2 |            |
        |                         | B     | 01/06/2024 | V4 |            |
        |                         | D     | 01/06/2024 |    |            |
        | nobody's                |       | 01/06/2024 | C2 |            |

    Example:
        | Header                  | CHILD | SEX | MOTHER |
        | ended before the year   | A     | F   |        |
        | ended on its first day  | B     | F * | *      |
        | began on its last day   | C     | F * | *      |
        | begins after the year   | D     | F   |        |
        | end not a date          | E     | F * | *      |
        | start not a date        | F     | F   |        |
        | a short break in it     | G     | F   |        |
        | no details              | H     | F * | *      |
        | no care leaver          | I     | F * | *      |
        | said, and a boy         | J     | M * | 0 *    |
        | two rows, one filled    | K     | F   |        |

        | OC3                     | CHILD | IN_TOUCH | ACTIV | ACCOM |
        |                         | A     | YES      | F2    | B1    |
        |                         | B     | YES *    | F2 *  | B1 *  |
        |                         | C     | YES *    | F2 *  | B1 *  |
        |                         | D     | NO       |       |       |
        |                         | E     | YES *    | F2 *  | B1 *  |
        |                         | F     |          | 0     |       |
        |                         | G     |          |       | 0     |
        |                         | H     | *        | *     | *     |
        |                         | J     | YES *    | F2 *  | B1 *  |
        |                         | K     |          |       |       |
        |                         | K     | NO       |       |       |

        | Episodes                | CHILD | DECOM      | LS | DEC        |
        |                         | A     | 01/06/2024 | C2 | 31/03/2025 |
        |                         | B     | 01/06/2024 | C2 | 01/04/2025 |
        |                         | C     | 31/03/2026 | C2 |            |
        |                         | D     | 01/04/2026 | C2 |            |
        |                         | E     | 01/06/2024 | C2 | 31/04/2024 |
        |                         | F     | 31/04/2024 | C2 |            |
        |                         | G     | 01/06/2024 | C2 | 31/03/2025 |
        |                         | G     | 01/06/2025 | V3 |            |
        |                         | H     | 01/06/2024 | C2 | 31/03/2025 |
        |                         | I     | 01/06/2024 | C2 | 31/03/2025 |
        |                         | J     | 01/06/2024 | C2 | 31/03/2025 |
        |                         | K     | 01/06/2024 | C2 | 31/03/2025 |
    """
    return _motherhood_wrong(data, male="M", female="F")


@frame_rule("165", {"Header": ["MOTHER", "SEX"], "OC3": CARE_LEAVER_ITEMS}, reads={"Episodes": ["DECOM", "LS", "DEC"]})
def motherhood_wrong_until_2023_24(data: ReturnData) -> pl.LazyFrame:
    """Answer whether a child is a mother is neither 0 nor 1, is given for a boy (1), or is missing for a girl (2).

    It is asked of every girl with an episode other than a short break (V3 or V4). It may be missing for a care leaver with
    details whose episodes, short breaks aside, are all outside the year.

    Fix: enter 1 if the girl has a child of her own, otherwise 0; clear it for a boy; or correct the sex.

    Example:
        | Header                  | CHILD | SEX | MOTHER |
        | not an answer           | A     | 2 * | 2 *    |
        | of no sex               | A     | *   | X *    |
        | a boy, no               | A     | 1 * | 0 *    |
        | a girl, not said        | A     | 2 * | *      |
        | a boy, not said         | A     | 1   |        |
        | a girl, no              | A     | 2   | 0      |
        | a code of later years   | A     | M   | 1      |
        | a code of later years   | A     | F   |        |
        | care leaver, not said   | B     | 2   |        |
        | began on the last day   | C     | 2 * | *      |

        | OC3                     | CHILD | IN_TOUCH | ACTIV | ACCOM |
        |                         | B     | YES      | F2    | B1    |
        |                         | C     | YES *    | F2 *  | B1 *  |

        | Episodes                | CHILD | DECOM      | LS | DEC        |
        |                         | A     | 01/06/2022 | C2 |            |
        |                         | B     | 01/06/2022 | C2 | 31/03/2023 |
        |                         | C     | 31/03/2024 | C2 |            |
    """
    return _motherhood_wrong(data, male="1", female="2")
