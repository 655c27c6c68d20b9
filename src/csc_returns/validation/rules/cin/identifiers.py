"""Who the child is: LA child ID, dates of birth and death, sex."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import outside_window, sharing
from csc_returns.validation.rule import frame_rule, row_rule


@frame_rule("8510", {"ChildIdentifiers": ["LAchildID"]})
def child_id_used_twice(data: ReturnData) -> pl.LazyFrame:
    """Same LA child ID stands on more than one child record.

    Each child stands in the return once, under an ID of its own. Records without an ID count as sharing one. IDs are
    compared letter for letter.

    Fix: merge the records if they are about one child, otherwise give each child its own ID.

    Example:
        | ChildIdentifiers | LAchildID |
        | twice            | A *       |
        |                  | A *       |
        | small letter     | a         |
        | once             | B         |
        | two without ID   | *         |
        |                  | *         |

    Example:
        | ChildIdentifiers | LAchildID |
        | one without ID   |           |
        |                  | A         |
    """
    return sharing(data["ChildIdentifiers"], "ChildIdentifiers", "LAchildID")


@row_rule("8520", "ChildIdentifiers", ["PersonBirthDate"])
def born_after_reference_date(data: ReturnData) -> pl.Expr:
    """Child was born after the collection year had ended.

    A child who is born by the reference date has a birth date; one who is born later is unborn for this return and has
    an expected birth date instead.

    Fix: correct the birth date, or leave it out and enter the expected birth date.

    Example:
        | ChildIdentifiers  | PersonBirthDate |
        | day after         | 2026-04-01 *    |
        | far off           | 9012-04-01 *    |
        | reference date    | 2026-03-31      |
        | blank             |                 |
    """
    return pl.col("PersonBirthDate") > data.end


@row_rule("8525Q", "ChildIdentifiers", ["PersonBirthDate", "ExpectedPersonBirthDate"])
def not_one_birth_date(_: ReturnData) -> pl.Expr:
    """Child has both a birth date and an expected birth date, or has neither.

    A born child has a birth date, an unborn child the date on which it is due: one of the two and only one. A date that
    cannot be read counts as blank.

    Fix: keep the birth date of a born child and the expected one of an unborn child; find out the date if both are
    blank.

    Example:
        | ChildIdentifiers | PersonBirthDate | ExpectedPersonBirthDate |
        | both             | 2025-05-02 *    | 2025-05-09 *            |
        | neither          | *               | *                       |
        | not a date       | unknown *       | *                       |
        | born             | 2025-05-02      |                         |
        | unborn           |                 | 2026-05-09              |
    """
    return pl.col("PersonBirthDate").is_null() == pl.col("ExpectedPersonBirthDate").is_null()


@row_rule("8530Q", "ChildIdentifiers", ["ExpectedPersonBirthDate"])
def expected_birth_date_too_far_off(data: ReturnData) -> pl.Expr:
    """Expected birth date is more than 30 days before or nine months after the end of the collection year.

    A child who is unborn on the reference date is due within nine months of it, and a birth can be late by some days.
    Both limits pass: for the reference date 2026-03-31 they are 2026-03-01 and 2026-12-31. Where the month nine months
    on is shorter, its last day is the limit.

    Fix: correct the expected date; if the child has been born, replace it by the birth date.

    Example:
        | ChildIdentifiers       | ExpectedPersonBirthDate |
        | 31 days before         | 2026-02-28 *            |
        | 30 days before         | 2026-03-01              |
        | nine months after      | 2026-12-31              |
        | a day more             | 2027-01-01 *            |
        | far off                | 9012-01-01 *            |
        | blank                  |                         |

    Example:
        | Header                 | ReferenceDate |
        | other reference date   | 2026-05-31    |

        | ChildIdentifiers       | ExpectedPersonBirthDate |
        | 31 days before         | 2026-04-30 *            |
        | 30 days before         | 2026-05-01              |
        | last day of February   | 2027-02-28              |
        | a day more             | 2027-03-01 *            |
    """
    # As expressions, because a reference date near year 1 or 9999 would leave the range of Python's dates.
    reference_date = pl.lit(data.end)
    expected = pl.col("ExpectedPersonBirthDate")
    return (expected < reference_date.dt.offset_by("-30d")) | (expected > reference_date.dt.offset_by("9mo"))


@row_rule("8535Q", "ChildIdentifiers", ["PersonDeathDate", "PersonBirthDate"])
def died_before_birth(_: ReturnData) -> pl.Expr:
    """Child died before it was born, or has a death date and no birth date.

    A child can die on the day of its birth, not earlier; and one who has died has a birth date.

    Fix: check both dates with the child's record and correct the wrong one; enter the birth date where it is blank.

    Example:
        | ChildIdentifiers | PersonBirthDate | PersonDeathDate |
        | a day too early  | 2025-05-02 *    | 2025-05-01 *    |
        | same day         | 2025-05-02      | 2025-05-02      |
        | no birth date    | *               | 2025-05-02 *    |
        | alive            | 2025-05-02      |                 |
        | no dates         |                 |                 |
    """
    birth, death = pl.col("PersonBirthDate"), pl.col("PersonDeathDate")
    return (birth > death) | (birth.is_null() & death.is_not_null())


@row_rule("8545Q", "ChildIdentifiers", ["PersonDeathDate"])
def died_outside_window(data: ReturnData) -> pl.Expr:
    """Death date is outside the collection year.

    A child who died before 1 April is no part of the year's return, and a death after 31 March is for the next one.

    Fix: correct the date; leave out a child who died before the year began, and a death date after its end.

    Example:
        | ChildIdentifiers | PersonDeathDate |
        | day before       | 2025-03-31 *    |
        | first day        | 2025-04-01      |
        | last day         | 2026-03-31      |
        | day after        | 2026-04-01 *    |
        | far off          | 9012-04-01 *    |
        | blank            |                 |
    """
    return outside_window("PersonDeathDate", data)


@frame_rule("8590", {"ChildIdentifiers": ["LAchildID"]}, reads={"CINdetails": ["LAchildID"]})
def child_without_episode(data: ReturnData) -> pl.LazyFrame:
    """Child has no episode in the return.

    A child is in the return because of an episode of need in the year; without one there is nothing to return about it.

    Fix: add the episode that was left out, or take the child out of the return.

    Example:
        | ChildIdentifiers        | LAchildID |
        | none                    | A *       |
        | one                     | B         |
        | small letter            | b *       |
        | without ID, as episode  |           |

        | CINdetails | LAchildID | CINdetailsID |
        |            | B         | 1            |
        |            |           | 1            |

    Example:
        | ChildIdentifiers        | LAchildID |
        | without ID, no episode  | *         |

        | CINdetails | LAchildID | CINdetailsID |
        |            | B         | 1            |
    """
    return data.lacking("ChildIdentifiers", "CINdetails", on="child")


@row_rule("8750", "ChildIdentifiers", ["Sex", "PersonBirthDate", "ExpectedPersonBirthDate"], since="2024-25")
def unborn_child_with_sex(_: ReturnData) -> pl.Expr:
    """Unborn child's sex is not U (unborn or unknown).

    A child with an expected birth date and no birth date is unborn, and the sex of an unborn child is returned as U.

    Fix: enter sex U; if the child has been born, enter the birth date instead.

    Example:
        | ChildIdentifiers | Sex | PersonBirthDate | ExpectedPersonBirthDate |
        | unborn           | F * | *               | 2026-05-02 *            |
        | small letter     | u * | *               | 2026-05-02 *            |
        | old code         | 0 * | *               | 2026-05-02 *            |
        | no sex           | *   | *               | 2026-05-02 *            |
        | right            | U   |                 | 2026-05-02              |
        | born             | F   | 2025-05-02      |                         |
        | both dates       | F   | 2025-05-02      | 2025-05-02              |
        | no dates         | F   |                 |                         |
    """
    return _unborn() & pl.col("Sex").ne_missing("U")


@row_rule("8750", "ChildIdentifiers", ["GenderCurrent", "PersonBirthDate", "ExpectedPersonBirthDate"])
def unborn_child_with_gender(_: ReturnData) -> pl.Expr:
    """Unborn child's gender is not 0 (unborn or not recorded).

    A child with an expected birth date and no birth date is unborn, and the gender of an unborn child is returned as 0.

    Fix: enter gender 0; if the child has been born, enter the birth date instead.

    Example:
        | ChildIdentifiers | GenderCurrent | PersonBirthDate | ExpectedPersonBirthDate |
        | unborn           | 1 *           | *               | 2024-05-02 *            |
        | not the code     | U *           | *               | 2024-05-02 *            |
        | no gender        | *             | *               | 2024-05-02 *            |
        | right            | 0             |                 | 2024-05-02              |
        | born             | 2             | 2023-05-02      |                         |
        | both dates       | 2             | 2023-05-02      | 2023-05-02              |
        | no dates         | 2             |                 |                         |
    """
    return _unborn() & pl.col("GenderCurrent").ne_missing("0")


def _unborn() -> pl.Expr:
    return pl.col("PersonBirthDate").is_null() & pl.col("ExpectedPersonBirthDate").is_not_null()


@frame_rule("2886Q", {}, since="2024-25", reads={"ChildIdentifiers": ["Sex", "ExpectedPersonBirthDate"]})
def sex_often_unknown(data: ReturnData) -> pl.LazyFrame:
    """Sex is unknown for more than 2% of the children.

    Sex is nearly always known once a child is born. Children whose sex is U or blank and who have no expected birth
    date are compared with all children of the return, unborn ones included; exactly one in fifty still passes.

    Fix: look for children with sex U or blank, and enter the sex of those who have been born.

    Example (flagged):
        | ChildIdentifiers | Sex | ExpectedPersonBirthDate |
        | unknown          | U   |                         |
        | known            | F   |                         |

    Example (flagged):
        | ChildIdentifiers | Sex | ExpectedPersonBirthDate |
        | blank            |     |                         |
        | unborn           | U   | 2026-05-02              |

    Example (not flagged):
        | ChildIdentifiers | Sex | ExpectedPersonBirthDate |
        | unborn           | U   | 2026-05-02              |
        | unborn, no sex   |     | 2026-05-02              |
        | known            | M   |                         |
        | other letter     | u   |                         |
    """
    return _often_unknown(data, "Sex", "U")


@frame_rule("2886Q", {}, reads={"ChildIdentifiers": ["GenderCurrent", "ExpectedPersonBirthDate"]})
def gender_often_unknown(data: ReturnData) -> pl.LazyFrame:
    """Gender is not recorded for more than 2% of the children.

    Gender is nearly always known once a child is born. Children whose gender is 0 or blank and who have no expected
    birth date are compared with all children of the return, unborn ones included; exactly one in fifty still passes.

    Fix: look for children with gender 0 or blank, and enter the gender of those who have been born.

    Example (flagged):
        | ChildIdentifiers | GenderCurrent | ExpectedPersonBirthDate |
        | not recorded     | 0             |                         |
        | known            | 2             |                         |

    Example (flagged):
        | ChildIdentifiers | GenderCurrent | ExpectedPersonBirthDate |
        | blank            |               |                         |
        | unborn           | 0             | 2024-05-02              |

    Example (not flagged):
        | ChildIdentifiers | GenderCurrent | ExpectedPersonBirthDate |
        | unborn           | 0             | 2024-05-02              |
        | known            | 1             |                         |
        | indeterminate    | 9             |                         |
    """
    return _often_unknown(data, "GenderCurrent", "0")


def _often_unknown(data: ReturnData, item: str, code: str) -> pl.LazyFrame:
    """One row if more than one in fifty children have the code or a blank, those with an expected birth date aside."""
    unknown = pl.col(item).fill_null(code).eq(code) & pl.col("ExpectedPersonBirthDate").is_null()
    return data["ChildIdentifiers"].select(often=unknown.sum() * 50 > pl.len()).filter("often")
