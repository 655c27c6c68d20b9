"""Health, convictions and substance misuse of children looked after all year (OC2); the questionnaire is in ``sdq.py``."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import aged, birthday
from csc_returns.validation.rules.ssda903.shared.care import continuously_looked_after, rows_not_of, rows_of
from csc_returns.validation.rules.ssda903.shared.episodes import first_episodes
from csc_returns.validation.rules.ssda903.shared.groups import (
    CARE_LEAVER_ITEMS,
    CONTINUITY_ITEMS,
    HEALTH_ITEMS,
    HEALTH_ITEMS_OF_ALL_AGES,
)
from csc_returns.validation.rules.ssda903.shared.values import any_blank, any_filled, blank, filled, none_of

#: Answers to the yes/no items.
_YES, _NO = "1", "0"

#: Items of OC2 that are asked only of some children: by age, or where substances are misused.
_ITEMS_OF_SOME = tuple(item for item in HEALTH_ITEMS if item not in HEALTH_ITEMS_OF_ALL_AGES)

# -- the answers together ----------------------------------------------------------------------------------------------


@row_rule("181", "OC2", HEALTH_ITEMS)
def answer_neither_yes_nor_no(_: ReturnData) -> pl.Expr:
    """Answer about health, convictions or substance misuse is neither 0 nor 1.

    These eight items know only no (0) and yes (1); a blank is left to other rules. The row is shown with all eight.

    Fix: enter 0 or 1 in each of them, or clear an answer that is not asked for.

    Example:
        | OC2      | CONVICTED | HEALTH_CHECK | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | first    | 2 *       | *            | *             | *           | *                 | *                | *                     | *                    |
        | a word   | *         | YES *        | *             | *           | *                 | *                | *                     | *                    |
        | zero     | 0 *       | 1 *          | 01 *          | 1 *         | 0 *               | 1 *              | 0 *                   | 1 *                  |
        | number   | *         | *            | *             | 1.0 *       | *                 | *                | *                     | *                    |
        | one off  | *         | *            | *             | *           | 9 *               | *                | *                     | *                    |
        | one off  | *         | *            | *             | *           | *                 | X *              | *                     | *                    |
        | one off  | *         | *            | *             | *           | *                 | *                | TRUE *                | *                    |
        | last     | *         | *            | *             | *           | *                 | *                | *                     | -1 *                 |
        | answers  | 0         | 1            | 0             | 1           | 0                 | 1                | 0                     | 1                    |
        | blank    |           |              |               |             |                   |                  |                       |                      |
    """  # noqa: E501
    return pl.any_horizontal(filled(item) & none_of(item, [_NO, _YES]) for item in HEALTH_ITEMS)


@row_rule("182", "OC2", [*HEALTH_ITEMS_OF_ALL_AGES, *_ITEMS_OF_SOME])
def answers_of_all_ages_incomplete(_: ReturnData) -> pl.Expr:
    """Answer asked of every child is blank although another one about the child is given.

    Immunisations, teeth, health assessment and substance misuse are asked whatever the child's age. Where an answer about
    convictions, health checks or help with substance misuse is given, these four must be.

    Fix: enter the missing answers, or clear the others if the child was not looked after all year.

    Example:
        | OC2        | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE | CONVICTED | HEALTH_CHECK | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | first      | *             | 1 *         | 1 *               | 0 *              | 0 *       | *            | *                     | *                    |
        | second     | 1 *           | *           | 1 *               | 0 *              | *         | 1 *          | *                     | *                    |
        | third      | 1 *           | 1 *         | *                 | 0 *              | *         | *            | 0 *                   | *                    |
        | last       | 1 *           | 1 *         | 1 *               | *                | *         | *            | *                     | X *                  |
        | all four   | *             | *           | *                 | *                | 0 *       | 0 *          | 0 *                   | 0 *                  |
        | no others  | 1             |             |                   |                  |           |              |                       |                      |
        | complete   | 1             | 0           | 0                 | 1                | 1         | 1            | 0                     | 1                    |
        | blank      |               |             |                   |                  |           |              |                       |                      |
    """  # noqa: E501
    return any_blank(*HEALTH_ITEMS_OF_ALL_AGES) & any_filled(*_ITEMS_OF_SOME)


@row_rule("544", "OC2", ["CONVICTED", *HEALTH_ITEMS_OF_ALL_AGES])
def convicted_without_health(_: ReturnData) -> pl.Expr:
    """Child was convicted, but an answer about immunisations, teeth, assessment or substances is blank.

    A conviction is returned for a child looked after all year, of whom the other four answers are asked too.

    Fix: enter the missing answers, or correct the one about convictions.

    Example:
        | OC2              | CONVICTED | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE |
        | first            | 1 *       | *             | 1 *         | 1 *               | 0 *              |
        | second           | 1 *       | 1 *           | *           | 1 *               | 0 *              |
        | third            | 1 *       | 1 *           | 1 *         | *                 | 0 *              |
        | last             | 1 *       | 1 *           | 1 *         | 1 *               | *                |
        | all four         | 1 *       | *             | *           | *                 | *                |
        | complete         | 1         | 0             | 0           | 0                 | 0                |
        | not convicted    | 0         |               |             |                   |                  |
        | not an answer    | 01        |               |             |                   |                  |
        | not said         |           |               |             |                   |                  |
    """
    return _yes_without_health("CONVICTED")


@row_rule("547", "OC2", ["HEALTH_CHECK", *HEALTH_ITEMS_OF_ALL_AGES])
def health_checked_without_health(_: ReturnData) -> pl.Expr:
    """Young child had the health checks, but an answer asked of every child is blank.

    Health checks are returned for a child looked after all year, of whom immunisations, teeth, health assessment and
    substance misuse are asked too.

    Fix: enter the missing answers, or correct the one about health checks.

    Example:
        | OC2              | HEALTH_CHECK | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE |
        | first            | 1 *          | *             | 1 *         | 1 *               | 0 *              |
        | second           | 1 *          | 1 *           | *           | 1 *               | 0 *              |
        | third            | 1 *          | 1 *           | 1 *         | *                 | 0 *              |
        | last             | 1 *          | 1 *           | 1 *         | 1 *               | *                |
        | complete         | 1            | 0             | 0           | 0                 | 0                |
        | not up to date   | 0            |               |             |                   |                  |
        | not said         |              |               |             |                   |                  |
    """
    return _yes_without_health("HEALTH_CHECK")


def _yes_without_health(item: str) -> pl.Expr:
    """The item is answered with yes, and one of the answers asked of every child is blank."""
    return (pl.col(item) == _YES) & any_blank(*HEALTH_ITEMS_OF_ALL_AGES)


# -- looked after all year, or not -------------------------------------------------------------------------------------


@frame_rule("190", {"OC2": HEALTH_ITEMS}, reads={"Episodes": CONTINUITY_ITEMS})
def answers_without_full_year(data: ReturnData) -> pl.LazyFrame:
    """Answers about health, offences or substances are given for a child not looked after all year.

    They are asked for children looked after all year: an episode touches the year, and none started the care (S) after its
    first day, none ended it (other than X1) before its last day, and none in it was a short break (V3 or V4).

    Fix: clear the answers, or correct the child's episodes.

    Example:
        | OC2           | CHILD | SDQ_SCORE | CONVICTED | HEALTH_CHECK | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | all year      | A     |           | 0         | 1            | 1             | 1           | 1                 | 0                | 0                     | 0                    |
        | started later | B     |           | 0 *       | *            | *             | *           | *                 | *                | *                     | *                    |
        | ended earlier | C     |           | *         | 0 *          | 1 *           | 1 *         | 1 *               | 0 *              | *                     | *                    |
        | short break   | D     |           | *         | *            | *             | *           | *                 | *                | *                     | 0 *                  |
        | no episodes   | E     |           | *         | *            | *             | *           | *                 | X *              | *                     | *                    |
        | nobody's      |       |           | *         | *            | *             | *           | *                 | *                | 1 *                   | *                    |
        | no answers    | B     | 12        |           |              |               |             |                   |                  |                       |                      |

        | Episodes      | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |               | A     | 01/04/2025 | S   | C2 | 30/06/2025 | X1  |
        |               | A     | 30/06/2025 | L   | E1 | 31/03/2026 | E4A |
        |               | B     | 02/04/2025 | S   | C2 |            |     |
        |               | C     | 01/06/2024 | S   | C2 | 30/03/2026 | E4A |
        |               | D     | 01/06/2024 | S   | V3 |            |     |
        | nobody's      |       | 01/06/2024 | S   | C2 |            |     |
    """  # noqa: E501
    return rows_not_of(data, "OC2", continuously_looked_after).filter(any_filled(*HEALTH_ITEMS))


@frame_rule("191", {"OC2": HEALTH_ITEMS_OF_ALL_AGES, "Episodes": ["CHILD"]}, reads={"Episodes": CONTINUITY_ITEMS})
def looked_after_all_year_without_health(data: ReturnData) -> pl.LazyFrame:
    """Child was looked after all year, but answers about the child's health are missing.

    Immunisations, teeth, health assessment and substance misuse are asked for every such child. Where the child has no row of
    outcomes at all, the finding is at the child's first episode. Rule 190 says who was looked after all year.

    Fix: enter the missing answers, or correct the child's episodes.

    Example:
        | OC2                       | CHILD | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE |
        | first                     | A     | *             | 1 *         | 1 *               | 0 *              |
        | second                    | A     | 1 *           | *           | 1 *               | 0 *              |
        | third                     | A     | 1 *           | 1 *         | *                 | 0 *              |
        | last                      | A     | 1 *           | 1 *         | 1 *               | *                |
        | all four                  | A     | *             | *           | *                 | *                |
        | complete                  | A     | 0             | 0           | 0                 | 1                |
        | not all year              | B     |               |             |                   |                  |
        | no episodes               | C     |               |             |                   |                  |
        | nobody's                  |       |               |             |                   |                  |

        | Episodes                  | CHILD | DECOM      | RNE | LS | DEC        | REC |
        | has a row of outcomes     | A     | 01/06/2024 | S   | C2 |            |     |
        | not all year              | B     | 02/04/2025 | S   | C2 |            |     |
        | not the first             | D *   | 30/06/2025 | L   | E1 |            |     |
        | no row of outcomes        | E     | 30/06/2025 | L   | E1 |            |     |
        | the first                 | E *   | 01/06/2024 | S   | C2 | 30/06/2025 | X1  |
        | first in the file         | F *   | 01/06/2024 | S   | C2 | 30/06/2025 | X1  |
        | on the same day           | F     | 01/06/2024 | L   | C2 |            |     |
        | no start                  | F     |            | L   | C2 |            |     |
        | no readable start         | G     | 31/04/2025 | S   | C2 |            |     |
        | not all year, no outcomes | H     | 02/04/2025 | S   | C2 |            |     |
        | nobody's                  |       | 01/06/2024 | S   | C2 |            |     |
    """
    incomplete = rows_of(data, "OC2", continuously_looked_after).filter(any_blank(*HEALTH_ITEMS_OF_ALL_AGES))
    without_outcomes = (
        data.shared(first_episodes)
        .join(data.shared(continuously_looked_after), on="child", how="semi")
        .join(data["OC2"], on="child", how="anti")
    )
    return pl.concat([incomplete.select("OC2"), without_outcomes.select("Episodes")], how="diagonal")


@frame_rule("215", {"OC3": CARE_LEAVER_ITEMS, "OC2": HEALTH_ITEMS})
def outcomes_of_care_leaver(data: ReturnData) -> pl.LazyFrame:
    """Child has details of a care leaver, and answers asked of children looked after all year as well.

    A child looked after all year is no care leaver of that year. Score and reason of the questionnaire do not count here.

    Fix: clear what does not belong to the child.

    Example:
        | OC3             | CHILD | IN_TOUCH | ACTIV | ACCOM |
        |                 | A     | YES *    | F2 *  | B1 *  |
        |                 | B     | *        | *     | 0 *   |
        | no details      | C     |          |       |       |
        | no answers      | D     | YES      | F2    | B1    |
        | no outcomes     | E     | YES      | F2    | B1    |
        |                 | G     | *        | X *   | *     |
        |                 | H     | YES *    | *     | *     |
        | nobody's        |       | YES      | F2    | B1    |

        | OC2             | CHILD | SDQ_SCORE | SDQ_REASON | CONVICTED | HEALTH_CHECK | IMMUNISATIONS | TEETH_CHECK | HEALTH_ASSESSMENT | SUBSTANCE_MISUSE | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | one answer      | A     |           |            | 0 *       | *            | *             | *           | *                 | *                | *                     | *                    |
        | no answers      | A     | 12        |            |           |              |               |             |                   |                  |                       |                      |
        | all answers     | B     |           |            | 0 *       | 1 *          | 1 *           | 1 *         | 1 *               | 0 *              | 0 *                   | 0 *                  |
        | no details      | C     |           |            | 0         |              |               |             |                   |                  |                       |                      |
        | no answers      | D     | 12        | SDQ1       |           |              |               |             |                   |                  |                       |                      |
        | no care leaver  | F     |           |            | 0         |              |               |             |                   |                  |                       |                      |
        | last answer     | G     |           |            | *         | *            | *             | *           | *                 | *                | *                     | X *                  |
        | another         | H     |           |            | *         | *            | *             | 1 *         | *                 | *                | *                     | *                    |
        | nobody's        |       |           |            | 0         |              |               |             |                   |                  |                       |                      |
    """  # noqa: E501
    return data.join("OC3", "OC2", on="child").filter(any_filled(*CARE_LEAVER_ITEMS) & any_filled(*HEALTH_ITEMS))


# -- convictions, from the age of 10 -----------------------------------------------------------------------------------


@row_rule("542", "OC2", ["CONVICTED"], reads={"OC2": ["DOB"]})
def conviction_answered_under_10(data: ReturnData) -> pl.Expr:
    """Child not yet 10 on the last day of the year has an answer about convictions.

    A child under 10 cannot be convicted, so even the answer no is not asked for.

    Fix: clear the answer, or correct the date of birth.

    Example:
        | OC2                   | DOB        | CONVICTED |
        | 10 after the last day | 01/04/2016 | 1 *       |
        | no                    | 01/04/2016 | 0 *       |
        | not an answer         | 01/04/2016 | X *       |
        | blank                 | 01/04/2016 |           |
        | 10 on the last day    | 31/03/2016 | 1         |
        | no date of birth      |            | 1         |
        | not a date            | 31/04/2020 | 1         |
    """
    return filled("CONVICTED") & (birthday(10) > data.end)


@frame_rule("543", {"OC2": ["DOB", "CONVICTED"]}, reads={"Episodes": CONTINUITY_ITEMS})
def conviction_not_answered(data: ReturnData) -> pl.LazyFrame:
    """Child of 10 or over was looked after all year, but convictions are left blank.

    For every such child it is asked whether there was a conviction or a final warning. Rule 190 says who was looked after all
    year.

    Fix: enter 1 or 0, or correct the date of birth or the child's episodes.

    Example:
        | OC2                   | CHILD | DOB          | CONVICTED |
        | 10 on the last day    | A     | 31/03/2016 * | *         |
        | 10 after the last day | A     | 01/04/2016   |           |
        | born on 29 February   | A     | 29/02/2016 * | *         |
        | answered              | A     | 31/03/2016   | 0         |
        | no date of birth      | A     |              |           |
        | not a date            | A     | 31/04/2010   |           |
        | not all year          | B     | 31/03/2016   |           |
        | no episodes           | C     | 31/03/2016   |           |
        | nobody's              |       | 31/03/2016   |           |

        | Episodes              | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                       | A     | 01/06/2024 | S   | C2 |            |     |
        |                       | B     | 01/06/2024 | S   | C2 | 01/04/2025 | E4A |
        | nobody's              |       | 01/06/2024 | S   | C2 |            |     |
    """
    return rows_of(data, "OC2", continuously_looked_after).filter(blank("CONVICTED") & aged(10, data.end))


# -- health checks, up to the age of 5 ---------------------------------------------------------------------------------


@frame_rule("545", {"OC2": ["DOB", "HEALTH_CHECK"]}, reads={"Episodes": CONTINUITY_ITEMS})
def health_check_not_answered(data: ReturnData) -> pl.LazyFrame:
    """Child under 5 was looked after all year, but health checks are left blank.

    For every such child it is asked whether the checks of young children are up to date. Rule 190 says who was looked after
    all year.

    Fix: enter 1 or 0, or correct the date of birth or the child's episodes.

    Example:
        | OC2                   | CHILD | DOB          | HEALTH_CHECK |
        | 5 after the last day  | A     | 01/04/2021 * | *            |
        | 5 on the last day     | A     | 31/03/2021   |              |
        | answered              | A     | 01/04/2021   | 0            |
        | no date of birth      | A     |              |              |
        | not a date            | A     | 31/04/2023   |              |
        | not all year          | B     | 01/04/2021   |              |
        | no episodes           | C     | 01/04/2021   |              |
        | nobody's              |       | 01/04/2021   |              |

        | Episodes              | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                       | A     | 01/06/2024 | S   | C2 |            |     |
        |                       | B     | 01/06/2024 | S   | V4 |            |     |
        | nobody's              |       | 01/06/2024 | S   | C2 |            |     |
    """
    return rows_of(data, "OC2", continuously_looked_after).filter(blank("HEALTH_CHECK") & (birthday(5) > data.end))


@frame_rule("546", {"OC2": ["DOB", "HEALTH_CHECK"]}, reads={"Episodes": CONTINUITY_ITEMS})
def health_check_answered_from_5(data: ReturnData) -> pl.LazyFrame:
    """Child of 5 or over, looked after all year, has an answer about the health checks of young children.

    These checks end before the age of 5. Rule 190 says who was looked after all year.

    Fix: clear the answer, or correct the date of birth.

    Example:
        | OC2                   | CHILD | DOB          | HEALTH_CHECK |
        | 5 on the last day     | A     | 31/03/2021 * | 1 *          |
        | no                    | A     | 31/03/2021 * | 0 *          |
        | not an answer         | A     | 31/03/2021 * | X *          |
        | blank                 | A     | 31/03/2021   |              |
        | 5 after the last day  | A     | 01/04/2021   | 1            |
        | no date of birth      | A     |              | 1            |
        | not a date            | A     | 31/04/2015   | 1            |
        | not all year          | B     | 31/03/2021   | 1            |
        | no episodes           | C     | 31/03/2021   | 1            |
        | nobody's              |       | 31/03/2021   | 1            |

        | Episodes              | CHILD | DECOM      | RNE | LS | DEC        | REC |
        |                       | A     | 01/06/2024 | S   | C2 |            |     |
        |                       | B     | 02/04/2025 | S   | C2 |            |     |
        | nobody's              |       | 01/06/2024 | S   | C2 |            |     |
    """
    return rows_of(data, "OC2", continuously_looked_after).filter(filled("HEALTH_CHECK") & aged(5, data.end))


# -- substance misuse --------------------------------------------------------------------------------------------------


@row_rule("192", "OC2", ["SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED"])
def help_not_answered(_: ReturnData) -> pl.Expr:
    """Child misused substances, but it is not said whether the child received help.

    Where a problem was found it is asked whether there was an intervention.

    Fix: enter 1 or 0, or correct the answer about substance misuse.

    Example:
        | OC2           | SUBSTANCE_MISUSE | INTERVENTION_RECEIVED |
        | not said      | 1 *              | *                     |
        | no            | 1                | 0                     |
        | not an answer | 1                | X                     |
        | no misuse     | 0                |                       |
        | blank         |                  |                       |
    """
    return (pl.col("SUBSTANCE_MISUSE") == _YES) & blank("INTERVENTION_RECEIVED")


@row_rule("193", "OC2", ["SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"])
def help_without_misuse(_: ReturnData) -> pl.Expr:
    """Help with substance misuse is answered for a child of whom no misuse is returned.

    The two answers about help follow only where a problem was found; even the answer no is not asked for.

    Fix: clear the answers about help, or correct the one about substance misuse.

    Example:
        | OC2           | SUBSTANCE_MISUSE | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | received      | 0 *              | 1 *                   | *                    |
        | offered       | 0 *              | *                     | 0 *                  |
        | both          | *                | 0 *                   | X *                  |
        | not said      | *                | 0 *                   | *                    |
        | neither       | 0                |                       |                      |
        | misuse        | 1                | 0                     | 1                    |
        | not an answer | X                | 0                     | 1                    |
        | blank         |                  |                       |                      |
    """
    no_misuse = blank("SUBSTANCE_MISUSE") | (pl.col("SUBSTANCE_MISUSE") == _NO)
    return no_misuse & any_filled("INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")


@row_rule("158", "OC2", ["INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"])
def offer_answered_though_received(_: ReturnData) -> pl.Expr:
    """Child received help with substance misuse, and yet it is said whether help was offered.

    The offer is asked about only where the child did not receive the help.

    Fix: clear the answer about the offer, or correct the one about help received.

    Example:
        | OC2           | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | both          | 1 *                   | 1 *                  |
        | no            | 1 *                   | 0 *                  |
        | not an answer | 1 *                   | X *                  |
        | blank         | 1                     |                      |
        | not received  | 0                     | 1                    |
        | not said      |                       | 1                    |
    """
    return (pl.col("INTERVENTION_RECEIVED") == _YES) & filled("INTERVENTION_OFFERED")


@row_rule("159", "OC2", ["SUBSTANCE_MISUSE", "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED"])
def offer_not_answered(_: ReturnData) -> pl.Expr:
    """Child misused substances and received no help, but it is not said whether help was offered.

    Where a child with a problem had no intervention it is asked whether one was offered and refused.

    Fix: enter 1 or 0, or correct the other two answers.

    Example:
        | OC2                | SUBSTANCE_MISUSE | INTERVENTION_RECEIVED | INTERVENTION_OFFERED |
        | not said           | 1 *              | 0 *                   | *                    |
        | no                 | 1                | 0                     | 0                    |
        | received           | 1                | 1                     |                      |
        | received, not said | 1                |                       |                      |
        | no misuse          | 0                | 0                     |                      |
        | misuse not said    |                  | 0                     |                      |
        | blank              |                  |                       |                      |
    """
    return (
        (pl.col("SUBSTANCE_MISUSE") == _YES) & (pl.col("INTERVENTION_RECEIVED") == _NO) & blank("INTERVENTION_OFFERED")
    )
