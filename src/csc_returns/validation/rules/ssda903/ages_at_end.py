"""How old a child was when an episode ended, and the reasons that go with the age."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import aged, birthday
from csc_returns.validation.rules.ssda903.shared.care import adopted
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_header
from csc_returns.validation.rules.ssda903.shared.values import one_of

# -- too old -----------------------------------------------------------------------------------------------------------


@frame_rule("386", {"Episodes": ["REC"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def adopted_at_18(data: ReturnData) -> pl.LazyFrame:
    """Episode ended with adoption (E11 or E12) on the 18th birthday or later.

    A looked-after child is adopted before the 18th birthday, when care ends anyway.

    Fix: correct the reason why the episode ceased, its date or the date of birth.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2007 |
        | leap day         | B     | 29/02/2008 |
        | no date of birth | C     |            |
        | not a date       | D     | 2007-05-02 |

        | Episodes        | CHILD | DEC        | REC   |
        | the day before  | A     | 01/05/2025 | E11   |
        | on the birthday | A     | 02/05/2025 | E11 * |
        | a day later     | A     | 03/05/2025 | E12 * |
        | another reason  | A     | 03/05/2025 | E15   |
        | no reason       | A     | 03/05/2025 |       |
        | no end          | A     |            | E12   |
        | end not a date  | A     | 2025-05-03 | E12   |
        | the day before  | B     | 27/02/2026 | E12   |
        | on the birthday | B     | 28/02/2026 | E12 * |
        |                 | C     | 03/05/2025 | E11   |
        |                 | D     | 03/05/2025 | E11   |
        | no header       | E     | 03/05/2025 | E11   |
    """
    rows = data.shared(episodes_with_header).filter(adopted() & aged(18, pl.col("DEC")))
    return rows.select("Episodes").unique()


@frame_rule("407", {"Episodes": ["DEC", "REC"], "Header": ["DOB"]})
def special_guardianship_at_18(data: ReturnData) -> pl.LazyFrame:
    """Episode ended with special guardianship (E45 to E48) on the 18th birthday or later.

    A special guardianship order is made for a child, so before the 18th birthday.

    Fix: correct the reason why the episode ceased, its date or the date of birth.

    Example:
        | Header           | CHILD | DOB          |
        |                  | A     | 02/05/2007 * |
        | leap day         | B     | 29/02/2008 * |
        | no date of birth | C     |              |
        | not a date       | D     | 2007-05-02   |

        | Episodes        | CHILD | DEC          | REC   |
        | the day before  | A     | 01/05/2025   | E45   |
        | on the birthday | A     | 02/05/2025 * | E45 * |
        | a day later     | A     | 03/05/2025 * | E46 * |
        | a day later     | A     | 03/05/2025 * | E47 * |
        | a day later     | A     | 03/05/2025 * | E48 * |
        | another reason  | A     | 03/05/2025   | E41   |
        | no reason       | A     | 03/05/2025   |       |
        | no end          | A     |              | E45   |
        | end not a date  | A     | 2025-05-03   | E45   |
        | the day before  | B     | 27/02/2026   | E48   |
        | on the birthday | B     | 28/02/2026 * | E48 * |
        |                 | C     | 03/05/2025   | E45   |
        |                 | D     | 03/05/2025   | E45   |
        | no header       | E     | 03/05/2025   | E45   |
    """
    guardianship = one_of("REC", ["E45", "E46", "E47", "E48"])
    return data.shared(episodes_with_header).filter(guardianship & aged(18, pl.col("DEC")))


# -- too young ---------------------------------------------------------------------------------------------------------


def _ended_below(data: ReturnData, reasons: Iterable[str], age: int) -> pl.LazyFrame:
    """Episodes that ended with one of the reasons before the child had reached an age."""
    below = one_of("REC", reasons) & (pl.col("DEC") < birthday(age))
    return data.shared(episodes_with_header).filter(below).select("Episodes").unique()


@frame_rule("387", {"Episodes": ["REC"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def independent_below_14(data: ReturnData) -> pl.LazyFrame:
    """Child under 14 is said to have left care to live independently (E5 or E6).

    A younger child does not leave care to live alone.

    Fix: correct the reason why the episode ceased, its date or the date of birth.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2011 |
        | leap day         | B     | 29/02/2012 |
        | no date of birth | C     |            |
        | not a date       | D     | 2015-05-02 |

        | Episodes        | CHILD | DEC        | REC  |
        | the day before  | A     | 01/05/2025 | E5 * |
        | the day before  | A     | 01/05/2025 | E6 * |
        | on the birthday | A     | 02/05/2025 | E5   |
        | a day later     | A     | 03/05/2025 | E6   |
        | another reason  | A     | 01/05/2025 | E7   |
        | no reason       | A     | 01/05/2025 |      |
        | no end          | A     |            | E5   |
        | end not a date  | A     | 2025-05-01 | E5   |
        | the day before  | B     | 27/02/2026 | E6 * |
        | on the birthday | B     | 28/02/2026 | E6   |
        |                 | C     | 01/05/2025 | E5   |
        |                 | D     | 01/05/2025 | E5   |
        | no header       | E     | 01/05/2025 | E5   |
    """
    return _ended_below(data, ["E5", "E6"], 14)


@frame_rule("389", {"Episodes": ["REC"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def adult_care_below_16(data: ReturnData) -> pl.LazyFrame:
    """Child under 16 is said to have passed to the care of adult services (E7).

    Adult social care does not take on younger children.

    Fix: correct the reason why the episode ceased, its date or the date of birth.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2009 |
        | leap day         | B     | 29/02/2012 |
        | no date of birth | C     |            |
        | not a date       | D     | 2015-05-02 |

        | Episodes        | CHILD | DEC        | REC  |
        | the day before  | A     | 01/05/2025 | E7 * |
        | on the birthday | A     | 02/05/2025 | E7   |
        | a day later     | A     | 03/05/2025 | E7   |
        | another reason  | A     | 01/05/2025 | E6   |
        | no reason       | A     | 01/05/2025 |      |
        | no end          | A     |            | E7   |
        | end not a date  | A     | 2025-05-01 | E7   |
        | 13 years old    | B     | 28/02/2026 | E7 * |
        |                 | C     | 01/05/2025 | E7   |
        |                 | D     | 01/05/2025 | E7   |
        | no header       | E     | 01/05/2025 | E7   |
    """
    return _ended_below(data, ["E7"], 16)


@frame_rule("460", {"Episodes": ["DEC", "REC"]}, reads={"Header": ["DOB"]})
def staying_put_below_18(data: ReturnData) -> pl.LazyFrame:
    """Child under 18 is said to have stayed on with the carers as a young adult (E17).

    Staying put with the former foster carers begins with the 18th birthday.

    Fix: correct the reason why the episode ceased, its date or the date of birth.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2007 |
        | leap day         | B     | 29/02/2008 |
        | no date of birth | C     |            |
        | not a date       | D     | 2010-05-02 |

        | Episodes        | CHILD | DEC          | REC   |
        | the day before  | A     | 01/05/2025 * | E17 * |
        | on the birthday | A     | 02/05/2025   | E17   |
        | a day later     | A     | 03/05/2025   | E17   |
        | another reason  | A     | 01/05/2025   | E15   |
        | no reason       | A     | 01/05/2025   |       |
        | no end          | A     |              | E17   |
        | end not a date  | A     | 2025-05-01   | E17   |
        | the day before  | B     | 27/02/2026 * | E17 * |
        | on the birthday | B     | 28/02/2026   | E17   |
        |                 | C     | 01/05/2025   | E17   |
        |                 | D     | 01/05/2025   | E17   |
        | no header       | E     | 01/05/2025   | E17   |
    """
    return _ended_below(data, ["E17"], 18)
