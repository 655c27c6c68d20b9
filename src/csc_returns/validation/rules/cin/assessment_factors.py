"""Factors identified at the end of an assessment: which codes, and which of them together."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule

#: Code that says that no factor was identified.
NONE_IDENTIFIED = "21"

#: Reasons for closure that go with an assessment without factors: closed after assessment.
CLOSED_AFTER_ASSESSMENT = ["RC8", "RC9"]

_FACTORS = {"Assessments": ["AssessmentFactors"]}
_LIST = {"AssessmentFactorsList": ["AssessmentFactors"]}


def _with_factor(data: ReturnData, condition: pl.Expr) -> pl.LazyFrame:
    """Row numbers (``Assessments``) of the assessments with at least one factor of which the condition is true."""
    return data.listed("AssessmentFactorsList").filter(condition).select("Assessments").unique()


@frame_rule("8869", _FACTORS, reads=_LIST)
def none_identified_beside_factor(data: ReturnData) -> pl.LazyFrame:
    """Assessment says that no factor was identified and names a factor all the same.

    Code 21 means that none was identified, so no other code can stand beside it. The same code 21 twice is left to rule
    8898.

    Fix: remove 21 if a factor was identified, otherwise remove the other codes.

    Example:
        | Assessments    | AssessmentFactors |
        | 21 and another | 21, 2B *          |
        | in any order   | 2B, 3A, 21 *      |
        | 21 alone       | 21                |
        | 21 twice       | 21, 21            |
        | others only    | 2B, 3A            |
        | no factors     |                   |

    Example:
        | Assessments             | LAchildID | CINdetailsID | AssessmentID | AssessmentFactors |
        |                         | A         | 1            | 1            | *                 |
        | 21 on one, 2B on others | A         | 1            | 2            |                   |
        |                         | A         | 2            | 2            |                   |

        | AssessmentFactorsList | LAchildID | CINdetailsID | AssessmentID | AssessmentFactors |
        |                       | A         | 1            | 1            | 21                |
        |                       | A         | 1            | 1            | 2B                |
        |                       | A         | 1            | 2            | 21                |
        | blank entry           | A         | 1            | 2            |                   |
        |                       | A         | 2            | 2            | 2B                |
    """
    none_identified = pl.col("AssessmentFactors") == NONE_IDENTIFIED
    return (
        data.listed("AssessmentFactorsList")
        .group_by("Assessments")
        .agg(none_identified.any().alias("none"), (~none_identified).any().alias("other"))
        .filter(pl.col("none") & pl.col("other"))
    )


@frame_rule("8873Q", {**_FACTORS, "CINdetails": ["ReasonForClosure"]}, reads=_LIST)
def none_identified_but_other_closure(data: ReturnData) -> pl.LazyFrame:
    """Only assessment of the episode identified no factors, but the reason for closure is neither RC8 nor RC9.

    Where the one assessment ends in code 21, the case is expected to close after it: RC8 or RC9. Asked of open episodes
    and of assessments that are not authorised too, and also where further codes stand beside 21.

    Fix: check the factors with the assessment and the reason for closure with the case record; if both are right,
    confirm the query.

    Example:
        | CINdetails         | LAchildID | CINdetailsID | ReasonForClosure |
        |                    | A         | 1            | RC7 *            |
        | blank              | A         | 2            | *                |
        | 21 among others    | A         | 3            | RC1 *            |
        | expected reason    | B         | 1            | RC8              |
        | expected reason    | B         | 2            | RC9              |
        | two assessments    | C         | 1            | RC7              |
        | factors identified | C         | 2            | RC7              |
        | no assessment      | C         | 3            | RC7              |

        | Assessments     | LAchildID | CINdetailsID | AssessmentAuthorisationDate | AssessmentFactors |
        |                 | A         | 1            | 2025-06-13                  | 21 *              |
        | not authorised  | A         | 2            |                             | 21 *              |
        |                 | A         | 3            | 2025-06-13                  | 2B, 21 *          |
        |                 | B         | 1            | 2025-06-13                  | 21                |
        |                 | B         | 2            | 2025-06-13                  | 21                |
        |                 | C         | 1            | 2025-06-13                  | 21                |
        |                 | C         | 1            | 2025-08-13                  | 21                |
        |                 | C         | 2            | 2025-06-13                  | 2B                |
        | no such episode | D         | 1            | 2025-06-13                  | 21                |
    """
    alone = data["Assessments"].filter(pl.len().over("episode") == 1).select("Assessments")
    return (
        data.join("Assessments", "CINdetails", on="episode")
        .filter(~pl.col("ReasonForClosure").is_in(CLOSED_AFTER_ASSESSMENT).fill_null(False))
        .join(alone, on="Assessments", how="semi")
        .join(_with_factor(data, pl.col("AssessmentFactors") == NONE_IDENTIFIED), on="Assessments", how="semi")
    )


@frame_rule(
    "8897Q",
    {"Assessments": ["AssessmentAuthorisationDate", "AssessmentFactors"]},
    reads=_LIST,
)
def authorised_without_valid_factors(data: ReturnData) -> pl.LazyFrame:
    """Assessment authorised in the collection year or later has no factors or a code that is not valid.

    A finished assessment names what it identified, or code 21 if that is nothing. Codes count as written: capitals, no
    spaces.

    Fix: enter the factors the assessment identified, and replace every code that is not in the list of factors.

    Example:
        | Assessments           | AssessmentAuthorisationDate | AssessmentFactors |
        | first day of the year | 2025-04-01 *                | *                 |
        | a day before          | 2025-03-31                  |                   |
        | after the year        | 2026-04-01 *                | *                 |
        | not authorised        |                             |                   |
        | valid                 | 2025-06-13                  | 1A, 24A           |
        | none identified       | 2025-06-13                  | 21                |
        | still accepted        | 2025-06-13                  | 18A, 19A          |
        | there is no 8A        | 2025-06-13 *                | 8A *              |
        | one of several        | 2025-06-13 *                | 1A, 1D *          |
        | small letters         | 2025-06-13 *                | 1a *              |
        | a day before          | 2025-03-31                  | 8A                |
        | not authorised        |                             | 8A                |

    Example:
        | Assessments      | LAchildID | CINdetailsID | AssessmentID | AssessmentAuthorisationDate | AssessmentFactors |
        |                  | A         | 1            | 1            | 2025-06-13                  |                   |
        | only others have | A         | 1            | 2            | 2025-06-13 *                | *                 |
        | blank entry      | A         | 2            | 1            | 2025-06-13 *                | *                 |
        | not valid        | A         | 2            | 2            | 2025-06-13 *                | *                 |

        | AssessmentFactorsList | LAchildID | CINdetailsID | AssessmentID | AssessmentFactors |
        |                       | A         | 1            | 1            | 2B                |
        |                       | A         | 2            | 1            |                   |
        |                       | A         | 2            | 2            | 8A                |
    """
    authorised = data["Assessments"].filter(pl.col("AssessmentAuthorisationDate") >= data.start)
    codes = data.specification.tables["AssessmentFactorsList"].items["AssessmentFactors"].codes or ()
    not_valid = _with_factor(data, ~pl.col("AssessmentFactors").is_in(codes))
    return pl.concat(
        [
            authorised.join(data.listed("AssessmentFactorsList"), on="Assessments", how="anti").select("Assessments"),
            authorised.join(not_valid, on="Assessments", how="semi").select("Assessments"),
        ]
    )


@frame_rule("8898", _FACTORS, reads=_LIST)
def factor_given_twice(data: ReturnData) -> pl.LazyFrame:
    """Assessment names the same factor two or more times.

    Each factor counts once for an assessment. Codes are compared as written.

    Fix: leave each factor once.

    Example:
        | Assessments     | AssessmentFactors |
        | twice           | 2B, 2B *          |
        | apart           | 2B, 3A, 2B *      |
        | different       | 2B, 3A            |
        | capitals differ | 2B, 2b            |
        | one             | 2B                |
        | no factors      |                   |

    Example:
        | Assessments           | LAchildID | CINdetailsID | AssessmentID | AssessmentFactors |
        |                       | A         | 1            | 1            | *                 |
        | once in each of three | A         | 1            | 2            |                   |
        |                       | A         | 2            | 1            |                   |
        |                       | B         | 1            | 2            |                   |

        | AssessmentFactorsList | LAchildID | CINdetailsID | AssessmentID | AssessmentFactors |
        |                       | A         | 1            | 1            | 2B                |
        |                       | A         | 1            | 1            | 2B                |
        |                       | A         | 1            | 2            | 2B                |
        | blanks are no factors | A         | 1            | 2            |                   |
        |                       | A         | 1            | 2            |                   |
        |                       | A         | 2            | 1            | 2B                |
        |                       | B         | 1            | 2            | 2B                |
    """
    return (
        data.listed("AssessmentFactorsList")
        .filter(pl.struct("Assessments", "AssessmentFactors").is_duplicated())
        .select("Assessments")
        .unique()
    )


@frame_rule("8945Q", _FACTORS, reads=_LIST, since="2024-25")
def physical_abuse_not_split(data: ReturnData) -> pl.LazyFrame:
    """Assessment gives physical abuse as 18A, without saying whether a child or an adult did it.

    Since 18B (by a child) and 18C (by an adult) came in, 18A is not expected any more. Small letters count as capitals.

    Fix: replace 18A by 18B, 18C or both, as the assessment says.

    Example:
        | Assessments    | AssessmentFactors |
        | alone          | 18A *             |
        | small letter   | 18a *             |
        | among others   | 2B, 18A, 18C *    |
        | as expected    | 18B, 18C          |
        | another factor | 19A               |
        | no factors     |                   |
    """
    return _with_factor(data, pl.col("AssessmentFactors").str.to_uppercase() == "18A")


@frame_rule("8950Q", _FACTORS, reads=_LIST, since="2024-25")
def sexual_abuse_not_split(data: ReturnData) -> pl.LazyFrame:
    """Assessment gives sexual abuse as 19A, without saying whether a child or an adult did it.

    Since 19B (by a child) and 19C (by an adult) came in, 19A is not expected any more. Small letters count as capitals.

    Fix: replace 19A by 19B, 19C or both, as the assessment says.

    Example:
        | Assessments    | AssessmentFactors |
        | alone          | 19A *             |
        | small letter   | 19a *             |
        | among others   | 2B, 19A, 19C *    |
        | as expected    | 19B, 19C          |
        | another factor | 18A               |
        | no factors     |                   |
    """
    return _with_factor(data, pl.col("AssessmentFactors").str.to_uppercase() == "19A")
