"""Care leavers (OC3) beside the episodes of this year: still looked after, just left, passed on, or outside the year."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import aged_between, birthday
from csc_returns.validation.rules.ssda903.shared.care import running_in_year
from csc_returns.validation.rules.ssda903.shared.episodes import latest_episodes, latest_episodes_last_in_file
from csc_returns.validation.rules.ssda903.shared.groups import CARE_LEAVER_ITEMS
from csc_returns.validation.rules.ssda903.shared.values import any_filled

# -- still looked after, or just left ----------------------------------------------------------------------------------


@frame_rule("1007", {"OC3": CARE_LEAVER_ITEMS}, reads={"OC3": ["DOB"], "Episodes": ["DECOM", "DEC", "REC"]})
def still_looked_after(data: ReturnData) -> pl.LazyFrame:
    """Details of a care leaver are given for someone of 17 or 18 who is still looked after.

    Still looked after means that the last episode, the one that starts latest, lacks the end or its reason. The age is that on
    the last day of the year.

    Fix: clear the details; or enter the end of the last episode and its reason.

    Example:
        | OC3                      | CHILD | DOB        | IN_TOUCH | ACTIV | ACCOM |
        | 17 on the last day       | A     | 31/03/2009 | YES *    | F2 *  | B1 *  |
        | contact alone            | A     | 31/03/2009 | NO *     | *     | *     |
        | activity alone           | A     | 31/03/2009 | *        | 0 *   | *     |
        | accommodation alone      | A     | 31/03/2009 | *        | *     | X *   |
        | no details               | A     | 31/03/2009 |          |       |       |
        | 17 after the last day    | A     | 01/04/2009 | YES      | F2    | B1    |
        | 19 after the last day    | A     | 01/04/2007 | YES *    | F2 *  | B1 *  |
        | 19 on the last day       | A     | 31/03/2007 | YES      | F2    | B1    |
        | born on 29 February      | A     | 29/02/2008 | YES *    | F2 *  | B1 *  |
        | no date of birth         | A     |            | YES      | F2    | B1    |
        | not a date               | A     | 31/04/2008 | YES      | F2    | B1    |
        | reason missing           | B     | 01/05/2008 | YES *    | F2 *  | B1 *  |
        | end missing              | C     | 01/05/2008 | YES *    | F2 *  | B1 *  |
        | end not a date           | D     | 01/05/2008 | YES *    | F2 *  | B1 *  |
        | ended                    | E     | 01/05/2008 | YES      | F2    | B1    |
        | same start, last in file | F     | 01/05/2008 | YES *    | F2 *  | B1 *  |
        | no start                 | G     | 01/05/2008 | YES      | F2    | B1    |
        | no episodes              | H     | 01/05/2008 | YES      | F2    | B1    |
        | nobody's                 |       | 01/05/2008 | YES      | F2    | B1    |

        | Episodes                 | CHILD | DECOM      | DEC        | REC |
        | the last, open           | A     | 30/06/2025 |            |     |
        |                          | A     | 01/06/2024 | 30/06/2025 | X1  |
        |                          | B     | 01/06/2024 | 30/06/2025 |     |
        |                          | C     | 01/06/2024 |            | E4A |
        |                          | D     | 01/06/2024 | 31/04/2025 | E4A |
        | open, not the last       | E     | 01/06/2024 |            |     |
        |                          | E     | 30/06/2025 | 01/07/2025 | E4A |
        | no start, open           | E     |            |            |     |
        |                          | F     | 01/06/2024 | 30/06/2025 | E4A |
        |                          | F     | 01/06/2024 |            |     |
        |                          | G     | 31/04/2024 |            |     |
        | nobody's                 |       | 01/06/2024 |            |     |
    """
    last = data.shared(latest_episodes_last_in_file)
    still = last.filter(pl.col("DEC").is_null() | pl.col("REC").is_null())
    of_age = aged_between(17, 18, data.end)
    return data["OC3"].filter(of_age & any_filled(*CARE_LEAVER_ITEMS)).join(still, on="child", how="semi")


@frame_rule("1016", {"OC3": CARE_LEAVER_ITEMS}, since="2023-24", reads={"OC3": ["DOB"], "Episodes": ["DECOM", "DEC"]})
def left_after_birthday(data: ReturnData) -> pl.LazyFrame:
    """Details of a care leaver of 17 or 18 are given, but the young person left care after that birthday.

    The details tell what a care leaver does around the birthday; one who was still looked after on it has none to give. The
    birthday is the 17th of who is 17 on the last day of the year, and the 18th of who is 18. The end of care is that of the
    episode that starts latest.

    Fix: clear the details, or correct the end of the last episode or the date of birth.

    Example:
        | OC3                      | CHILD | DOB        | IN_TOUCH | ACTIV | ACCOM |
        | ended after the 17th     | A     | 01/06/2008 | YES *    | F2 *  | B1 *  |
        | contact alone            | A     | 01/06/2008 | NO *     | *     | *     |
        | activity alone           | A     | 01/06/2008 | *        | 0 *   | *     |
        | accommodation alone      | A     | 01/06/2008 | *        | *     | X *   |
        | no details               | A     | 01/06/2008 |          |       |       |
        | ended on the 17th        | A     | 02/06/2008 | YES      | F2    | B1    |
        | ended after the 18th     | A     | 01/06/2007 | YES *    | F2 *  | B1 *  |
        | ended on the 18th        | A     | 02/06/2007 | YES      | F2    | B1    |
        | 17 after the last day    | B     | 01/04/2009 | YES      | F2    | B1    |
        | 17 on the last day       | B     | 31/03/2009 | YES *    | F2 *  | B1 *  |
        | 18 on the last day       | C     | 31/03/2008 | YES      | F2    | B1    |
        | 18 a day later           | C     | 01/04/2008 | YES *    | F2 *  | B1 *  |
        | 19 on the last day       | B     | 31/03/2007 | YES      | F2    | B1    |
        | 19 a day later           | B     | 01/04/2007 | YES *    | F2 *  | B1 *  |
        | no date of birth         | B     |            | YES      | F2    | B1    |
        | not a date               | B     | 31/04/2008 | YES      | F2    | B1    |
        | end missing              | D     | 01/06/2008 | YES      | F2    | B1    |
        | end not a date           | E     | 01/06/2008 | YES      | F2    | B1    |
        | not the last             | F     | 01/06/2008 | YES      | F2    | B1    |
        | same start, last in file | G     | 01/06/2008 | YES *    | F2 *  | B1 *  |
        | no start                 | H     | 01/06/2008 | YES      | F2    | B1    |
        | no episodes              | I     | 01/06/2008 | YES      | F2    | B1    |
        | nobody's                 |       | 01/06/2008 | YES      | F2    | B1    |

        | Episodes                 | CHILD | DECOM      | DEC        |
        | the last                 | A     | 01/06/2024 | 02/06/2025 |
        |                          | A     | 01/06/2023 | 01/06/2024 |
        |                          | B     | 01/06/2024 | 01/04/2026 |
        |                          | C     | 01/06/2024 | 31/03/2026 |
        |                          | D     | 01/06/2024 |            |
        |                          | E     | 01/06/2024 | 31/06/2025 |
        |                          | F     | 01/06/2024 | 02/06/2025 |
        |                          | F     | 02/06/2024 | 03/06/2024 |
        |                          | G     | 01/06/2024 | 01/06/2024 |
        |                          | G     | 01/06/2024 | 02/06/2025 |
        |                          | H     | 31/04/2024 | 02/06/2025 |
        | nobody's                 |       | 01/06/2024 | 02/06/2025 |

    Example in 2024-25:
        | OC3                      | CHILD | DOB        | IN_TOUCH | ACTIV | ACCOM |
        | 17 on 28 February        | A     | 29/02/2008 | YES *    | F2 *  | B1 *  |
        | ended on 28 February     | B     | 29/02/2008 | YES      | F2    | B1    |

        | Episodes                 | CHILD | DECOM      | DEC        |
        |                          | A     | 01/06/2024 | 01/03/2025 |
        |                          | B     | 01/06/2024 | 28/02/2025 |
    """
    of_age = aged_between(17, 18, data.end)
    last_birthday = pl.when(birthday(18) <= data.end).then(birthday(18)).otherwise(birthday(17))
    ends = data.shared(latest_episodes_last_in_file).select("child", "DEC")
    care_leavers = data["OC3"].filter(of_age & any_filled(*CARE_LEAVER_ITEMS))
    return care_leavers.join(ends, on="child", how="inner").filter(pl.col("DEC") > last_birthday)


# -- elsewhere, or not in the year -------------------------------------------------------------------------------------


@frame_rule("1011", {"OC3": CARE_LEAVER_ITEMS}, reads={"Episodes": ["DECOM", "REC"]})
def passed_to_another_authority(data: ReturnData) -> pl.LazyFrame:
    """Details of a care leaver are given whose care passed to another authority (E3).

    The authority that took over the care returns its care leavers. It is the last episode that counts, the one that starts
    latest.

    Fix: clear the details, or correct the reason with which the last episode ended.

    Example:
        | OC3                       | CHILD | IN_TOUCH | ACTIV | ACCOM |
        | contact alone             | A     | YES *    | *     | *     |
        | activity alone            | A     | *        | F2 *  | *     |
        | accommodation alone       | A     | *        | *     | 0 *   |
        | no details                | A     |          |       |       |
        | not the last              | B     | YES      | F2    | B1    |
        | another reason            | C     | YES      | F2    | B1    |
        | no reason                 | D     | YES      | F2    | B1    |
        | same start, first in file | E     | YES *    | F2 *  | B1 *  |
        | same start, first in file | F     | YES      | F2    | B1    |
        | no start                  | G     | YES      | F2    | B1    |
        | no episodes               | H     | YES      | F2    | B1    |
        | nobody's                  |       | YES      | F2    | B1    |

        | Episodes                  | CHILD | DECOM      | REC |
        | the last                  | A     | 01/06/2025 | E3  |
        |                           | A     | 01/06/2024 | X1  |
        |                           | B     | 01/06/2024 | E3  |
        |                           | B     | 01/06/2025 |     |
        |                           | C     | 01/06/2024 | E4A |
        |                           | D     | 01/06/2024 |     |
        |                           | E     | 01/06/2024 | E3  |
        |                           | E     | 01/06/2024 | E4A |
        |                           | F     | 01/06/2024 | E4A |
        |                           | F     | 01/06/2024 | E3  |
        |                           | G     | 31/04/2024 | E3  |
        | nobody's                  |       | 01/06/2024 | E3  |
    """
    passed = data.shared(latest_episodes).filter(pl.col("REC") == "E3")
    return data["OC3"].filter(any_filled(*CARE_LEAVER_ITEMS)).join(passed, on="child", how="semi")


@frame_rule("1014", {"UASC": ["DUC"], "OC3": ["ACTIV", "ACCOM", "IN_TOUCH"]}, reads={"Episodes": ["DECOM", "DEC"]})
def asylum_seeker_not_looked_after(data: ReturnData) -> pl.LazyFrame:
    """Care leaver is returned as an asylum seeking child, but all episodes are outside the year.

    Only children looked after in the year are returned as unaccompanied asylum seeking children. A care leaver without any
    episode in the return is not looked at.

    Fix: remove the row about asylum, or correct the dates of the child's episodes.

    Example:
        | UASC                     | CHILD | DUC          |
        | ended before the year    | A     | 01/06/2026 * |
        | ended on its first day   | B     | 01/06/2026   |
        | begins after the year    | C     | *            |
        | began on its last day    | D     | 01/06/2026   |
        | end not a date           | E     | 01/06/2026   |
        | start not a date         | F     | 31/04/2026 * |
        | one of two in the year   | G     | 01/06/2026   |
        | a short break in it      | H     | 01/06/2026   |
        | no details               | I     | 01/06/2026   |
        | no care leaver           | J     | 01/06/2026   |
        | no episodes              | K     | 01/06/2026   |
        | two of care leavers      | L     | 01/06/2026 * |
        | nobody's                 |       | 01/06/2026   |

        | OC3                      | CHILD | IN_TOUCH | ACTIV | ACCOM |
        |                          | A     | YES *    | F2 *  | B1 *  |
        |                          | B     | YES      | F2    | B1    |
        | contact alone            | C     | NO *     | *     | *     |
        |                          | D     | YES      | F2    | B1    |
        |                          | E     | YES      | F2    | B1    |
        | activity alone           | F     | *        | 0 *   | *     |
        |                          | G     | YES      | F2    | B1    |
        |                          | H     | YES      | F2    | B1    |
        | no details               | I     |          |       |       |
        |                          | K     | YES      | F2    | B1    |
        | accommodation alone      | L     | *        | *     | X *   |
        | no details               | L     |          |       |       |
        | not asylum seeking       | M     | YES      | F2    | B1    |
        | nobody's                 |       | YES      | F2    | B1    |

        | Episodes                 | CHILD | DECOM      | LS | DEC        |
        |                          | A     | 01/06/2024 | C2 | 31/03/2025 |
        |                          | B     | 01/06/2024 | C2 | 01/04/2025 |
        |                          | C     | 01/04/2026 | C2 |            |
        |                          | D     | 31/03/2026 | C2 |            |
        |                          | E     | 01/06/2024 | C2 | 31/04/2024 |
        |                          | F     | 31/04/2024 | C2 |            |
        |                          | G     | 01/06/2024 | C2 | 30/06/2024 |
        |                          | G     | 30/06/2024 | C2 |            |
        |                          | H     | 01/06/2024 | V4 |            |
        |                          | I     | 01/06/2024 | C2 | 31/03/2025 |
        |                          | J     | 01/06/2024 | C2 | 31/03/2025 |
        |                          | L     | 01/06/2024 | C2 | 31/03/2025 |
        |                          | M     | 01/06/2024 | C2 | 31/03/2025 |
        | nobody's                 |       | 01/06/2024 | C2 | 31/03/2025 |
    """
    in_year = data["Episodes"].filter(running_in_year(data))
    pairs = data.join("UASC", "OC3", on="child").filter(any_filled(*CARE_LEAVER_ITEMS))
    return pairs.join(data["Episodes"], on="child", how="semi").join(in_year, on="child", how="anti")
