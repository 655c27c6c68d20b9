"""Disabilities of the child: codes that are needed, exclude each other or repeat, and how many are in use."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import is_no, sharing
from csc_returns.validation.rule import frame_rule

#: The code that says that a child has no disability.
_NONE = "NONE"


@frame_rule(
    "8540",
    {"ChildIdentifiers": ["PersonBirthDate"], "Disabilities": ["Disability"], "CINdetails": ["ReferralNFA"]},
)
def disability_missing_or_unknown(data: ReturnData) -> pl.LazyFrame:
    """Disability is missing or not a valid code for a born child with a referral that was taken further.

    Once a referral is more than no further action (ReferralNFA 0 or false), the return says for a child with a birth
    date which disabilities the child has, or NONE. Codes count only in capitals. The finding shows the child's birth
    date, the referrals that were taken further, and each disability that is blank or not a code.

    Fix: enter each disability of the child with its code, or NONE where there is none; if no referral was taken
    further, correct ReferralNFA.

    Example:
        | ChildIdentifiers           | LAchildID | PersonBirthDate |
        | no disability entered      | A         | 2015-05-02 *    |
        | wrong and blank entries    | B         | 2015-05-02 *    |
        | right                      | C         | 2015-05-02      |
        | not born                   | D         |                 |
        | no further action          | E         | 2015-05-02      |
        | only small letters count   | F         | 2015-05-02      |
        | no episode                 | G         | 2015-05-02      |

        | CINdetails | LAchildID | CINdetailsID | ReferralNFA |
        |            | A         | 1            | 0 *         |
        |            | A         | 2            | false *     |
        |            | A         | 3            | 1           |
        |            | A         | 4            |             |
        |            | B         | 1            | 0 *         |
        |            | C         | 1            | 0           |
        |            | D         | 1            | 0           |
        |            | E         | 1            | true        |
        |            | E         | 2            |             |
        |            | F         | 1            | False       |

        | Disabilities       | LAchildID | Disability |
        | valid              | B         | MOB        |
        | small letters      | B         | mob *      |
        | no such code       | B         | BLIND *    |
        | blank              | B         | *          |
        |                    | C         | NONE       |
        |                    | D         | BLIND      |
        |                    | E         | BLIND      |
    """
    codes = data.specification.tables["Disabilities"].items["Disability"].codes or ()
    born = data["ChildIdentifiers"].filter(pl.col("PersonBirthDate").is_not_null())
    taken_further = data["CINdetails"].filter(is_no("ReferralNFA"))
    wrong = data["Disabilities"].filter(~pl.col("Disability").is_in(list(codes)).fill_null(False))
    none_entered = data.lacking("ChildIdentifiers", "Disabilities", on="child")
    children = (
        pl.concat([wrong.select("child"), none_entered.select("child")])
        .join(born, on="child", how="semi")
        .join(taken_further, on="child", how="semi")
    )
    roles = {"ChildIdentifiers": born, "Disabilities": wrong, "CINdetails": taken_further}
    return pl.concat(
        [rows.join(children, on="child", how="semi").select("child", role) for role, rows in roles.items()],
        how="diagonal",
    ).with_columns(finding=pl.col("child"))


@frame_rule("8790", {"Disabilities": ["Disability"]})
def disability_beside_none(data: ReturnData) -> pl.LazyFrame:
    """Child with the entry NONE has another entry among its disabilities.

    NONE says that the child has no disability, so nothing else can stand beside it, not even a blank entry. The finding
    shows the entries beside NONE; NONE is recognised in small letters too.

    Fix: remove NONE if the child has a disability, otherwise remove the other entries.

    Example:
        | Disabilities         | LAchildID | Disability |
        |                      | A         | NONE       |
        |                      | A         | MOB *      |
        | blank                | A         | *          |
        | any capitals         | B         | none       |
        |                      | B         | LD *       |
        | NONE only            | C         | NONE       |
        | NONE twice: see 8794 | C         | None       |
        | other child          | D         | MOB        |
        |                      | D         | LD         |
        | blank only           | E         |            |
    """
    none = (pl.col("Disability").str.to_uppercase() == _NONE).fill_null(False)
    return data["Disabilities"].filter(none.any().over("child") & ~none).with_columns(finding=pl.col("child"))


@frame_rule("8794", {"Disabilities": ["Disability"]})
def disability_entered_twice(data: ReturnData) -> pl.LazyFrame:
    """Same disability is entered more than once for a child.

    Each disability of a child, and NONE as well, is entered once. Codes are compared letter for letter; blank entries
    and entries without an LA child ID are left aside.

    Fix: remove the entries that repeat.

    Example:
        | Disabilities             | LAchildID | Disability |
        | twice                    | A         | MOB *      |
        |                          | A         | MOB *      |
        | once                     | A         | LD         |
        | twice more               | A         | NONE *     |
        |                          | A         | NONE *     |
        | another child            | B         | MOB        |
        | small letters            | B         | mob        |
        | blank                    | C         |            |
        |                          | C         |            |
        | no child                 |           | MOB        |
        |                          |           | MOB        |
    """
    entered = data["Disabilities"].filter(pl.col("LAchildID").is_not_null() & pl.col("Disability").is_not_null())
    return sharing(entered, "Disabilities", "child", "Disability")


@frame_rule("2887Q", {}, reads={"Disabilities": ["Disability"]})
def few_disability_codes(data: ReturnData) -> pl.LazyFrame:
    """No more than seven different disability codes are in use across the whole return.

    Among all the children of an authority nearly every disability occurs. So few codes suggest that some are not
    recorded or not exported. NONE and blank entries do not count.

    Fix: check that disabilities are recorded in full and that the export carries every code.

    Example (flagged):
        | Disabilities    | LAchildID | Disability |
        | seven codes     | A         | MOB        |
        |                 | A         | HAND       |
        |                 | A         | PC         |
        |                 | A         | INC        |
        |                 | B         | COMM       |
        |                 | B         | LD         |
        |                 | C         | HEAR       |
        | again           | D         | HEAR       |
        | does not count  | E         | NONE       |
        | nor does this   | F         |            |

    Example (flagged):
        | Disabilities    | LAchildID | Disability |
        | none in use     | A         | NONE       |

    Example (not flagged):
        | Disabilities    | LAchildID | Disability |
        | eight codes     | A         | MOB        |
        |                 | A         | HAND       |
        |                 | A         | PC         |
        |                 | A         | INC        |
        |                 | B         | COMM       |
        |                 | B         | LD         |
        |                 | C         | HEAR       |
        |                 | D         | VIS        |
    """
    return _disabled(data).select(few=pl.col("Disability").n_unique() <= 7).filter("few")


@frame_rule("2888Q", {}, reads={"Disabilities": ["Disability", "LAchildID"]})
def never_two_disabilities(data: ReturnData) -> pl.LazyFrame:
    """No child has two or more disabilities, although some have one.

    Many disabled children have several disabilities. When each has just one, perhaps only the main one is recorded or
    exported. NONE and blank entries do not count, and a return without any disability is not queried.

    Fix: check that all disabilities of a child are recorded and exported, not the first one only.

    Example (flagged):
        | Disabilities    | LAchildID | Disability |
        | one each        | A         | MOB        |
        |                 | B         | MOB        |
        | does not count  | A         | NONE       |
        | nor does this   | B         |            |

    Example (not flagged):
        | Disabilities    | LAchildID | Disability |
        | two of a child  | A         | MOB        |
        |                 | A         | LD         |
        |                 | B         | MOB        |

    Example (not flagged):
        | Disabilities    | LAchildID | Disability |
        | the same twice  | A         | MOB        |
        |                 | A         | MOB        |

    Example (not flagged):
        | Disabilities    | LAchildID | Disability |
        | none at all     | A         | NONE       |
        |                 | B         |            |
    """
    return _disabled(data).group_by("child").len().select(single=pl.col("len").max() == 1).filter("single")


def _disabled(data: ReturnData) -> pl.LazyFrame:
    """Entries that name a disability, valid code or not."""
    return data["Disabilities"].filter(pl.col("Disability") != _NONE)
