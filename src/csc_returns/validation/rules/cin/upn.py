"""Unique pupil numbers, and the reason for sending none."""

from __future__ import annotations

import polars as pl

from csc_returns.specification.upn import CHECK_LETTERS
from csc_returns.validation.data import ReturnData, years_later
from csc_returns.validation.expressions import is_no, is_yes, sharing
from csc_returns.validation.rule import frame_rule, row_rule

#: Authority numbers in a UPN up to 2022-23, ended authorities and those of Wales included; ranges with both ends.
_UPN_AUTHORITIES = (
    "001-005 201-213 301-320 330-336 340-344 350-359 370-373 380-384 390-394 420-420 660-681 701-708 800-803 805-808 "
    "810-813 815-816 820-823 825-826 830-831 835-841 845-846 850-852 855-857 860-861 865-896 908-909 916-916 919-919 "
    "921-921 925-926 928-929 931-931 933-933 935-938 940-941"
)

#: The two authorities that replaced Cumbria in 2023.
_UPN_AUTHORITIES_2023 = f"{_UPN_AUTHORITIES} 942-943"


@row_rule("1510", "ChildIdentifiers", ["UPN"])
def upn_check_letter_wrong(_: ReturnData) -> pl.Expr:
    """UPN does not begin with the check letter that belongs to its digits.

    Multiply each of the twelve digits by its place in the UPN (2 to 13) and add up: what is left over after dividing by
    23 gives the letter, from A for 0 to Z for 22, leaving out I, O and S. The letter must be a capital. Only a UPN of
    one character and twelve digits is checked.

    Fix: look for a mistyped digit or letter; take the UPN from the school or from Get Information about Pupils.

    Example:
        | ChildIdentifiers     | UPN             |
        | right                | A950000178301   |
        |                      | H243278544154   |
        |                      | X845212818005   |
        | wrong letter         | R247962919251 * |
        |                      | X428558133462 * |
        | small letter         | a950000178301 * |
        | not a letter         | 1950000178301 * |
        | letter at the end    | B95000017830A   |
        | letter among digits  | B95000O178301   |
        | too short            | B95000017830    |
        | too long             | B9500001783011  |
        | blank                |                 |
    """
    total = pl.sum_horizontal(
        place * pl.col("UPN").str.slice(place - 1, 1).cast(pl.Int64, strict=False) for place in range(2, 14)
    )
    expected = (total % 23).replace_strict(dict(enumerate(CHECK_LETTERS)), return_dtype=pl.String)
    return pl.col("UPN").str.contains("(?s)^.[0-9]{12}$") & (pl.col("UPN").str.slice(0, 1) != expected)


@frame_rule("1520", {"ChildIdentifiers": ["UPN"]}, reads={"ChildIdentifiers": ["LAchildID"]})
def upn_used_twice(data: ReturnData) -> pl.LazyFrame:
    """Same UPN is given for more than one child record.

    A UPN belongs to one pupil, and each child stands in the return once. Two records with one UPN are two children, one
    of them with the wrong number, or one child entered twice, be it under the same LA child ID or not.

    Fix: give each child its own UPN, or merge the records if they are about the same child.

    Example:
        | ChildIdentifiers  | LAchildID | UPN             |
        | two children      | A         | A950000178301 * |
        |                   | B         | A950000178301 * |
        | the same child    | C         | H243278544154 * |
        |                   | C         | H243278544154 * |
        | used once         | D         | X845212818005   |
        | small letter      | E         | x845212818005   |
        | blank             | F         |                 |
        |                   | G         |                 |
    """
    return sharing(data["ChildIdentifiers"].filter(pl.col("UPN").is_not_null()), "ChildIdentifiers", "UPN")


@row_rule("1530", "ChildIdentifiers", ["UPN"], since="2023-24")
def upn_authority_unknown(_: ReturnData) -> pl.Expr:
    """UPN does not hold the number of a known authority behind its first letter.

    Characters 2 to 4 are the number of the authority whose school issued the UPN; ended authorities and the numbers of
    Welsh authorities count. From 2023-24 there are also 942 and 943. Only a UPN of 13 characters is checked.

    Fix: look for a mistyped digit; take the UPN from the school or from Get Information about Pupils.

    Example:
        | ChildIdentifiers   | UPN             |
        | lowest number      | A001000178301   |
        | highest number     | A943000178301   |
        | new number         | A942000178301   |
        | on its own         | A420000178301   |
        | one above          | A944000178301 * |
        | between two ranges | A006000178301 * |
        | zero               | A000000178301 * |
        | not a number       | A9x0000178301 * |
        | too short          | A00000017830    |
        | too long           | A0000001783011  |
        | blank              |                 |
    """
    return _authority_not_in(_UPN_AUTHORITIES_2023)


@row_rule("1530", "ChildIdentifiers", ["UPN"])
def upn_authority_unknown_in_2022(_: ReturnData) -> pl.Expr:
    """UPN does not hold the number of a known authority behind its first letter.

    Characters 2 to 4 are the number of the authority whose school issued the UPN; ended authorities and the numbers of
    Welsh authorities count. Only a UPN of 13 characters is checked.

    Fix: look for a mistyped digit; take the UPN from the school or from Get Information about Pupils.

    Example:
        | ChildIdentifiers   | UPN             |
        | lowest number      | A001000178301   |
        | highest number     | A941000178301   |
        | one above          | A942000178301 * |
        |                    | A943000178301 * |
        | not a number       | Axyz000178301 * |
        | too short          | A00000017830    |
        | blank              |                 |
    """
    return _authority_not_in(_UPN_AUTHORITIES)


def _authority_not_in(ranges: str) -> pl.Expr:
    """A UPN of full length whose characters 2 to 4 lie in none of the ranges."""
    bounds = [span.split("-") for span in ranges.split()]
    numbers = [f"{number:03d}" for first, last in bounds for number in range(int(first), int(last) + 1)]
    return _full_length() & ~pl.col("UPN").str.slice(1, 3).is_in(numbers)


def _full_length() -> pl.Expr:
    return pl.col("UPN").str.len_chars() == 13


@row_rule("1540", "ChildIdentifiers", ["UPN"])
def upn_middle_not_digits(_: ReturnData) -> pl.Expr:
    """UPN holds something other than digits in its characters 5 to 12.

    A UPN of any length is checked, as far as it goes: one of four characters or fewer has no such digits at all and is
    wrong as well.

    Fix: look for a letter typed instead of a digit, such as O for 0; take the UPN from the school.

    Example:
        | ChildIdentifiers   | UPN              |
        | right              | A950000178301    |
        | letter at place 5  | A950O00178301 *  |
        | letter at place 12 | A9500001783O1 *  |
        | at places 4 and 13 | A95O00017830A    |
        | beyond place 13    | A950000178301ABC |
        | space              | A950 0017830 *   |
        | five characters    | A9500            |
        | four characters    | A950 *           |
        | one character      | A *              |
        | blank              |                  |
    """
    return ~pl.col("UPN").str.slice(4, 8).str.contains("^[0-9]+$")


@row_rule("1550", "ChildIdentifiers", ["UPN"])
def upn_last_character_wrong(_: ReturnData) -> pl.Expr:
    """UPN does not end in a digit or one of the letters that UPNs use.

    The 13th character is a digit, or in a temporary UPN a capital letter other than I, O and S. Only a UPN of 13
    characters is checked.

    Fix: look for a mistyped last character, such as O for 0 or S for 5; take the UPN from the school.

    Example:
        | ChildIdentifiers | UPN             |
        | digits           | A950000178300   |
        |                  | A950000178309   |
        | letters          | A95000017830A   |
        |                  | A95000017830Z   |
        | letters not used | A95000017830I * |
        |                  | A95000017830O * |
        |                  | A95000017830S * |
        | small letter     | A95000017830a * |
        | sign             | A95000017830- * |
        | too short        | A9500001783S    |
        | too long         | A950000178301SS |
        | blank            |                 |
    """
    return _full_length() & ~pl.col("UPN").str.slice(12, 1).is_in([*"0123456789", *CHECK_LETTERS])


@frame_rule(
    "8770Q",
    {"ChildIdentifiers": ["UPN", "UPNunknown"]},
    since="2024-25",
    reads={"ChildIdentifiers": ["PersonBirthDate"], "CINdetails": ["ReferralNFA"]},
)
def school_age_without_upn(data: ReturnData) -> pl.LazyFrame:
    """Child of school age has neither a UPN nor a reason that explains it.

    A child old enough for school has a UPN, or one of the reasons UN2 to UN7 (capital or small letters) says why not;
    UN1 is for younger children. Asked only of children with a referral that was taken further (ReferralNFA 0 or false).
    Old enough is a child born by 31 August six years before the reference date's year: 2020-08-31 for the return of
    2026-03-31.

    Fix: get the UPN from the school or from Get Information about Pupils, or enter the reason why there is none.

    Example:
        | ChildIdentifiers     | LAchildID | PersonBirthDate | UPN           | UPNunknown |
        | born on last day     | A         | 2020-08-31      | *             | *          |
        | a day younger        | A         | 2020-09-01      |               |            |
        | has a UPN            | A         | 2015-05-02      | A950000178301 |            |
        | below school age     | A         | 2015-05-02      | *             | UN1 *      |
        | no such reason       | A         | 2015-05-02      | *             | UN8 *      |
        | reason               | A         | 2015-05-02      |               | UN2        |
        | small letters        | A         | 2015-05-02      |               | un7        |
        | no birth date        | A         |                 |               |            |
        | one taken further    | B         | 2015-05-02      | *             | *          |
        | none taken further   | C         | 2015-05-02      |               |            |
        | no episode           | D         | 2015-05-02      |               |            |

        | CINdetails | LAchildID | CINdetailsID | ReferralNFA |
        |            | A         | 1            | 0           |
        |            | B         | 1            | 1           |
        |            | B         | 2            | False       |
        |            | C         | 1            | true        |
        |            | C         | 2            |             |
    """
    last_birthday = years_later(data.end.replace(month=8, day=31), -6)
    return _upn_unexplained(data, pl.col("PersonBirthDate") <= last_birthday)


@frame_rule(
    "8770Q",
    {"ChildIdentifiers": ["UPN", "UPNunknown"]},
    reads={"ChildIdentifiers": ["PersonBirthDate"], "CINdetails": ["ReferralNFA"]},
)
def over_six_without_upn(data: ReturnData) -> pl.LazyFrame:
    """Child older than six has neither a UPN nor a reason that explains it.

    A child of that age has a UPN, or one of the reasons UN2 to UN7 (capital or small letters) says why not; UN1 is for
    younger children. Asked only of children with a referral that was taken further (ReferralNFA 0 or false). A child
    counts who was born earlier than six years before the reference date: before 2018-03-31 for the return of
    2024-03-31.

    Fix: get the UPN from the school or from Get Information about Pupils, or enter the reason why there is none.

    Example in 2023-24:
        | ChildIdentifiers     | LAchildID | PersonBirthDate | UPN           | UPNunknown |
        | day before           | A         | 2018-03-30      | *             | *          |
        | six years            | A         | 2018-03-31      |               |            |
        | has a UPN            | A         | 2015-05-02      | A950000178301 |            |
        | below school age     | A         | 2015-05-02      | *             | UN1 *      |
        | reason               | A         | 2015-05-02      |               | UN2        |
        | small letters        | A         | 2015-05-02      |               | un7        |
        | no birth date        | A         |                 |               |            |
        | one taken further    | B         | 2015-05-02      | *             | *          |
        | none taken further   | C         | 2015-05-02      |               |            |

        | CINdetails | LAchildID | CINdetailsID | ReferralNFA |
        |            | A         | 1            | 0           |
        |            | B         | 1            | 1           |
        |            | B         | 2            | FALSE       |
        |            | C         | 1            | true        |
    """
    return _upn_unexplained(data, pl.col("PersonBirthDate") < years_later(data.end, -6))


def _upn_unexplained(data: ReturnData, old_enough: pl.Expr) -> pl.LazyFrame:
    """Children old enough, with a referral taken further, that lack both a UPN and a reason other than UN1."""
    codes = data.specification.tables["ChildIdentifiers"].items["UPNunknown"].codes or ()
    reasons = [code for code in codes if code != "UN1"]
    explained = pl.col("UPNunknown").str.to_uppercase().is_in(reasons).fill_null(False)
    taken_further = data["CINdetails"].filter(is_no("ReferralNFA", any_case=True))
    return (
        data["ChildIdentifiers"]
        .filter(old_enough & pl.col("UPN").is_null() & ~explained)
        .join(taken_further, on="child", how="semi")
    )


@frame_rule("8772", {"ChildIdentifiers": ["UPNunknown"], "CINdetails": ["ReferralNFA"]})
def no_further_action_reason_with_action(data: ReturnData) -> pl.LazyFrame:
    """Reason UN7 stands for the missing UPN of a child with a referral that was taken further.

    UN7 says that no UPN is sent because nothing followed the referral. That holds only if ReferralNFA is yes (true or
    1, in any capitals) in every episode of the child; a blank one is not yes. The finding shows each episode where it
    is not.

    Fix: enter the UPN or another reason, or correct ReferralNFA.

    Example:
        | ChildIdentifiers    | LAchildID | UPNunknown |
        | not in all episodes | A         | UN7 *      |
        | in all episodes     | B         | UN7        |
        | other reason        | C         | UN2        |
        | small letters       | D         | un7        |
        | no episode          | E         | UN7        |
        | no reason           | F         |            |

        | CINdetails | LAchildID | CINdetailsID | ReferralNFA |
        |            | A         | 1            | 0 *         |
        |            | A         | 2            | 1           |
        | blank      | A         | 3            | *           |
        |            | A         | 4            | False *     |
        | no flag    | A         | 5            | yes *       |
        |            | B         | 1            | 1           |
        |            | B         | 2            | true        |
        |            | B         | 3            | TRUE        |
        |            | C         | 1            | 0           |
        |            | D         | 1            | 0           |
        |            | F         | 1            | 0           |
    """
    return (
        data.join("ChildIdentifiers", "CINdetails", on="child")
        .filter((pl.col("UPNunknown") == "UN7") & ~is_yes("ReferralNFA", any_case=True))
        .with_columns(finding=pl.col("ChildIdentifiers"))
    )
