"""Who the child is, in this year's header and in last year's."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.groups import NO_UPN
from csc_returns.validation.rules.ssda903.shared.values import blank, differ, filled, none_of, number, one_of, same_date

#: Behind the names of last year's columns where a header row stands beside last year's.
_LAST = "_Header_last"


def _beside_last_years(data: ReturnData) -> pl.LazyFrame:
    """Each header row beside last year's of its child; all pairs of one row are one finding."""
    return data.join("Header", "Header_last", on="child").with_columns(finding=pl.col("Header"))


@frame_rule("202", {"Header": ["SEX"]}, reads={"Header_last": ["SEX"]})
def sex_changed(data: ReturnData) -> pl.LazyFrame:
    """Sex of the child is not the one of last year's return.

    It seldom changes, so one of the two returns is probably wrong. Codes are compared as they stand: in 2024-25, when M and F
    replaced 1 and 2, every child of both years is named.

    Fix: check the child's record and correct the sex, or explain the change to the DfE.

    Example:
        | Header                 | CHILD | SEX |
        | changed                | A     | F * |
        | the same               | B     | F   |
        | in small letters       | C     | f   |
        | blank this year        | D     | *   |
        | was blank              | E     | F * |
        | blank in both          | F     |     |
        | not in last year's     | G     | F   |
        | twice in last year's   | H     | M * |
        | no child               |       | F   |

        | Header_last            | CHILD | SEX |
        |                        | A     | M   |
        |                        | B     | F   |
        |                        | C     | F   |
        |                        | D     | F   |
        |                        | E     |     |
        |                        | F     |     |
        | twice                  | H     | M   |
        | twice                  | H     | F   |
        | no child               |       | M   |

    Example in 2024-25:
        | Header                 | CHILD | SEX |
        | the new code           | A     | M * |

        | Header_last            | CHILD | SEX |
        | the code of old        | A     | 1   |
    """
    return data.shared(_beside_last_years).filter(differ("SEX", f"SEX{_LAST}"))


@frame_rule("203", {"Header": ["DOB"]}, reads={"Header_last": ["DOB"]})
def birth_changed(data: ReturnData) -> pl.LazyFrame:
    """Date of birth of the child is not the one of last year's return.

    It does not change, so one of the two returns is wrong. A date that cannot be read counts as blank.

    Fix: check the child's record and correct the date of birth; if last year's was wrong, tell the DfE.

    Example:
        | Header                 | CHILD | DOB          |
        | a day later            | A     | 15/05/2010 * |
        | the same               | B     | 14/05/2010   |
        | the same, without 0    | C     | 1/5/2010     |
        | blank this year        | D     | *            |
        | unreadable this year   | E     | 31/04/2010 * |
        | was blank              | F     | 14/05/2010 * |
        | blank, was unreadable  | G     |              |
        | not in last year's     | H     | 14/05/2010   |
        | no child               |       | 14/05/2010   |

        | Header_last            | CHILD | DOB          |
        |                        | A     | 14/05/2010   |
        |                        | B     | 14/05/2010   |
        |                        | C     | 01/05/2010   |
        |                        | D     | 14/05/2010   |
        |                        | E     | 30/04/2010   |
        |                        | F     |              |
        |                        | G     | 31/04/2010   |
        | no child               |       | 15/05/2010   |
    """
    return data.shared(_beside_last_years).filter(differ("DOB", f"DOB{_LAST}"))


@frame_rule("204", {"Header": ["ETHNIC"]}, reads={"Header_last": ["ETHNIC"]})
def ethnicity_changed(data: ReturnData) -> pl.LazyFrame:
    """Ethnicity of the child is not the one of last year's return.

    It seldom changes. Small letters are the same as capitals.

    Fix: check the child's record and correct the ethnicity, or explain the change to the DfE.

    Example:
        | Header                 | CHILD | ETHNIC |
        | changed                | A     | BCRB * |
        | the same               | B     | WBRI   |
        | in small letters       | C     | wbri   |
        | blank this year        | D     | *      |
        | was blank              | E     | WBRI * |
        | blank in both          | F     |        |
        | not in last year's     | G     | WBRI   |
        | no child               |       | WBRI   |

        | Header_last            | CHILD | ETHNIC |
        |                        | A     | WBRI   |
        |                        | B     | WBRI   |
        |                        | C     | WBRI   |
        |                        | D     | WBRI   |
        |                        | E     |        |
        |                        | F     |        |
        | no child               |       | BCRB   |
    """
    return data.shared(_beside_last_years).filter(differ("ETHNIC", f"ETHNIC{_LAST}"))


@frame_rule("208", {"Header": ["UPN"]}, reads={"Header_last": ["UPN"]})
def upn_changed(data: ReturnData) -> pl.LazyFrame:
    """UPN, or the reason for having none, changed since last year in a way that it should not.

    A UPN stays with the pupil. What was blank may be filled, a reason (UN1 to UN5) may give way to a UPN, and a child who was
    not yet at school (UN1) may have another reason this year.

    Fix: check the child's UPN with the school, and correct it; if last year's was wrong, explain that to the DfE.

    Example:
        | Header                 | CHILD | UPN             |
        | another UPN            | A     | B950000178302 * |
        | the same UPN           | B     | A950000178301   |
        | in small letters       | C     | a950000178301   |
        | UPN to a reason        | D     | UN4 *           |
        | UPN to blank           | E     | *               |
        | UN1 to UN2             | F     | UN2             |
        | UN1 to UN5             | G     | UN5             |
        | UN1 to a UPN           | H     | A950000178301   |
        | UN1 to blank           | I     | *               |
        | UN2 to UN1             | J     | UN1 *           |
        | UN3 to UN4             | K     | UN4 *           |
        | UN5 to a UPN           | L     | A950000178301   |
        | UN5 to blank           | M     | *               |
        | blank to UN1           | N     | UN1             |
        | blank to UN3           | O     | UN3             |
        | blank to a UPN         | P     | A950000178301   |
        | blank in both          | Q     |                 |
        | the same reason        | R     | UN3             |
        | not in last year's     | S     | A950000178301   |
        | no child               |       | A950000178301   |

        | Header_last            | CHILD | UPN             |
        |                        | A     | A950000178301   |
        |                        | B     | A950000178301   |
        |                        | C     | A950000178301   |
        |                        | D     | A950000178301   |
        |                        | E     | A950000178301   |
        |                        | F     | UN1             |
        |                        | G     | UN1             |
        |                        | H     | UN1             |
        |                        | I     | UN1             |
        |                        | J     | UN2             |
        |                        | K     | UN3             |
        |                        | L     | UN5             |
        |                        | M     | UN5             |
        |                        | N     |                 |
        |                        | O     |                 |
        |                        | P     |                 |
        |                        | Q     |                 |
        |                        | R     | UN3             |
        | no child               |       | B950000178302   |
    """
    before = f"UPN{_LAST}"
    now_a_upn = filled("UPN") & none_of("UPN", NO_UPN)
    # From a blank every change is accepted: to a reason as to a UPN.
    accepted = (
        blank("UPN", _LAST) | (one_of(before, ["UN1"]) & one_of("UPN", NO_UPN)) | (one_of(before, NO_UPN) & now_a_upn)
    )
    return data.shared(_beside_last_years).filter(differ("UPN", before) & ~accepted)


@frame_rule("624", {"Header": ["MC_DOB"]}, reads={"Header_last": ["MC_DOB"]})
def first_childs_birth_changed(data: ReturnData) -> pl.LazyFrame:
    """Date of birth of a mother's first child is not the one of last year's return.

    It does not change, and once entered it stays in the return. Dates that cannot be read are compared as they are written.

    Fix: check the record and correct the date, or enter the one of last year; if that was wrong, explain it to the DfE.

    Example:
        | Header                      | CHILD | MC_DOB       |
        | a day later                 | A     | 15/05/2024 * |
        | the same                    | B     | 14/05/2024   |
        | the same, without 0         | C     | 1/5/2024     |
        | blank this year             | D     | *            |
        | unreadable this year        | E     | 31/04/2024 * |
        | was unreadable              | F     | 30/04/2024 * |
        | was unreadable, blank now   | G     | *            |
        | the same, unreadable        | H     | 31/04/2024   |
        | was blank                   | I     | 14/05/2024   |
        | blank in both               | J     |              |
        | not in last year's          | K     | 14/05/2024   |
        | no child                    |       | 14/05/2024   |

        | Header_last                 | CHILD | MC_DOB       |
        |                             | A     | 14/05/2024   |
        |                             | B     | 14/05/2024   |
        |                             | C     | 01/05/2024   |
        |                             | D     | 14/05/2024   |
        |                             | E     | 30/04/2024   |
        |                             | F     | 31/04/2024   |
        |                             | G     | 31/04/2024   |
        |                             | H     | 31/04/2024   |
        |                             | I     |              |
        |                             | J     |              |
        | no child                    |       | 15/05/2024   |
    """
    unchanged = same_date("MC_DOB", "MC_DOB", _LAST)
    return data.shared(_beside_last_years).filter(filled("MC_DOB", _LAST) & ~unchanged)


@frame_rule("626", {"Header": ["MOTHER", "MC_DOB"]}, reads={"Header_last": ["MOTHER"]})
def mother_since_before_year(data: ReturnData) -> pl.LazyFrame:
    """Girl was said to be no mother last year, but her first child was born before this collection year.

    Who has become a mother since last year's return has her first child in this year.

    Fix: correct the date of birth of her child; if it is right, last year's return was wrong: explain that to the DfE.

    Example:
        | Header                  | CHILD | MOTHER | MC_DOB       |
        | a day before the year   | A     | 1 *    | 31/03/2025 * |
        | first day of the year   | B     | 1      | 01/04/2025   |
        | 1 as a number           | C     | 1.0 *  | 31/03/2025 * |
        | 0 as a number           | D     | 01 *   | 31/03/2025 * |
        | no mother this year     | E     | 0      | 31/03/2025   |
        | not said this year      | F     |        | 31/03/2025   |
        | was a mother            | G     | 1      | 31/03/2025   |
        | it was not said         | H     | 1      | 31/03/2025   |
        | it was no number        | I     | 1      | 31/03/2025   |
        | unreadable              | J     | 1      | 31/04/2024   |
        | no date                 | K     | 1      |              |
        | not in last year's      | L     | 1      | 31/03/2025   |
        | no child                |       | 1      | 31/03/2025   |

        | Header_last             | CHILD | MOTHER |
        |                         | A     | 0      |
        |                         | B     | 0      |
        |                         | C     | 0      |
        |                         | D     | 00     |
        |                         | E     | 0      |
        |                         | F     | 0      |
        |                         | G     | 1      |
        |                         | H     |        |
        |                         | I     | no     |
        |                         | J     | 0      |
        |                         | K     | 0      |
        | no child                |       | 0      |
    """
    became_mother = (number("MOTHER") == 1) & (number(f"MOTHER{_LAST}") == 0)
    return data.shared(_beside_last_years).filter(became_mother & (pl.col("MC_DOB") < data.start))
