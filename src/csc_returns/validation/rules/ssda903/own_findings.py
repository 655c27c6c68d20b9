"""Rows of one return that do not agree on who the child is: findings of our own, beyond the DfE's rules.

The header is what the other tables are held against: without it these rules do not run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from csc_returns.specification import whole_specification
from csc_returns.validation.data import ReturnData
from csc_returns.validation.expressions import sharing
from csc_returns.validation.rule import frame_rule

_SPECIFICATION = whole_specification("ssda903")

#: Every table but the header, and those of them that repeat an item of the header.
_OTHERS = tuple(name for name in _SPECIFICATION.tables if name != "Header")
_WITH_BIRTH = tuple(name for name in _OTHERS if "DOB" in _SPECIFICATION.tables[name].items)
_WITH_SEX = tuple(name for name in _OTHERS if "SEX" in _SPECIFICATION.tables[name].items)

#: Tables that have one row a child, apart from the header.
_ONE_ROW = tuple(name for name in _OTHERS if not _SPECIFICATION.tables[name].repeats)


def _of_each(data: ReturnData, tables: Iterable[str], flagged: Callable[[str], pl.LazyFrame]) -> pl.LazyFrame:
    """What is flagged in each of the tables, one below the other; of a table that the year does not have there is nothing."""
    nothing = pl.LazyFrame(schema=dict.fromkeys(tables, pl.UInt32))
    held = [table for table in tables if table in data.specification.tables]
    return pl.concat([nothing, *(flagged(table) for table in held)], how="diagonal")


@frame_rule("CSC401", {table: ["CHILD"] for table in _OTHERS}, reads={"Header": ["CHILD"]}, optional=_OTHERS)
def child_not_in_header(data: ReturnData) -> pl.LazyFrame:
    """Rows of any table whose child has no row in the header; a row without CHILD is of no child.

    Example:
        | Header          | CHILD |
        |                 | A     |
        | nobody's        |       |

        | Episodes        | CHILD | DECOM      |
        |                 | A     | 01/05/2025 |
        | not there       | B *   | 01/05/2025 |
        | twice           | B *   | 01/06/2025 |
        | nobody's        | *     | 01/05/2025 |
        | small letter    | a     | 01/05/2025 |

        | Reviews         | CHILD | REVIEW     |
        | not there       | B *   | 01/05/2025 |

        | UASC            | CHILD | DUC        |
        | not there       | C *   |            |

        | OC2             | CHILD |
        | not there       | C *   |
        |                 | A     |

        | OC3             | CHILD |
        | not there       | C *   |

        | AD1             | CHILD |
        | not there       | C *   |

        | PlacedAdoption  | CHILD |
        | not there       | C *   |

        | PrevPerm        | CHILD |
        | not there       | C *   |

        | Missing         | CHILD |
        | not there       | C *   |

        | SWEpisodes      | CHILD |
        | not there       | C *   |

    Example in 2026-27:
        | Header          | CHILD |
        |                 | A     |

        | DoLo            | CHILD |
        | not there       | C *   |
        |                 | A     |

    Example in 2016-17:
        | Header          | CHILD |
        |                 | A     |

        | Episodes        | CHILD |
        | not there       | B *   |
        |                 | A     |
    """
    return _of_each(data, _OTHERS, lambda table: data.lacking(table, "Header", on="child").select(table))


@frame_rule("CSC402", {table: ["CHILD"] for table in ("Header", *_ONE_ROW)}, optional=_ONE_ROW)
def child_repeated(data: ReturnData) -> pl.LazyFrame:
    """Rows of a child who has more than one in a table with one row a child.

    Example:
        | Header          | CHILD | DOB        |
        | twice           | A *   | 14/05/2010 |
        | once            | B     | 14/05/2010 |
        | in small letter | a *   | 15/05/2010 |
        | nobody's        |       |            |
        | nobody's        |       |            |

        | UASC            | CHILD |
        | twice           | B *   |
        | twice           | B *   |

        | OC2             | CHILD |
        | three times     | A *   |
        | three times     | A *   |
        | three times     | A *   |
        | twice           | B *   |
        | twice           | B *   |
        | once            | C     |

        | OC3             | CHILD |
        | twice           | A *   |
        | twice           | A *   |

        | AD1             | CHILD |
        | twice           | A *   |
        | twice           | A *   |

        | PrevPerm        | CHILD |
        | twice           | A *   |
        | twice           | A *   |

        | Reviews         | CHILD | REVIEW     |
        | may repeat      | A     | 01/05/2025 |
        | may repeat      | A     | 01/06/2025 |
    """
    tables = ["Header", *_ONE_ROW]

    def repeated(table: str) -> pl.LazyFrame:
        rows = data[table].filter(pl.col("CHILD").is_not_null()).select(table, "child")
        # A finding is the rows of one child in one table, so its number must not be that of another table's.
        finding = pl.col("child") * len(tables) + tables.index(table)
        return sharing(rows, table, "child").with_columns(finding=finding).drop("child")

    return _of_each(data, tables, repeated)


def _differing(data: ReturnData, tables: Iterable[str], item: str) -> pl.LazyFrame:
    """Rows whose value of an item differs from the header's, for any header row of the child; blank ones are left aside."""
    header = data["Header"].group_by("child").agg(pl.col(item).min().alias("_least"), pl.col(item).max().alias("_most"))
    value = pl.col(item)

    def differing(table: str) -> pl.LazyFrame:
        rows = data[table].join(header, on="child", how="inner")
        return rows.filter((value != pl.col("_least")) | (value != pl.col("_most"))).select(table)

    return _of_each(data, tables, differing)


@frame_rule("CSC403", {table: ["DOB"] for table in _WITH_BIRTH}, reads={"Header": ["DOB"]}, optional=_WITH_BIRTH)
def birth_differs(data: ReturnData) -> pl.LazyFrame:
    """Rows whose date of birth is another than the header's.

    Example:
        | Header             | CHILD | DOB        |
        |                    | A     | 14/05/2010 |
        | unreadable         | B     | 31/04/2010 |
        | blank              | C     |            |
        | twice              | D     | 14/05/2010 |
        | twice              | D     | 15/05/2010 |
        | no child           |       | 14/05/2010 |

        | Reviews            | CHILD | DOB          |
        | a day later        | A     | 15/05/2010 * |
        | the same           | A     | 14/05/2010   |
        | the same           | A     | 14/5/2010    |
        | unreadable         | A     | 31/04/2010   |
        | blank              | A     |              |
        |                    | B     | 15/05/2010   |
        |                    | C     | 15/05/2010   |
        | equals one of two  | D     | 15/05/2010 * |
        | not in the header  | E     | 15/05/2010   |
        | no child           |       | 15/05/2010   |

        | UASC               | CHILD | DOB          |
        | a day earlier      | A     | 13/05/2010 * |

        | OC2                | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

        | OC3                | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

        | AD1                | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

        | PlacedAdoption     | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

        | PrevPerm           | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

        | Missing            | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

        | SWEpisodes         | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |

    Example in 2026-27:
        | Header             | CHILD | DOB        |
        |                    | A     | 14/05/2010 |

        | DoLo               | CHILD | DOB          |
        | another year       | A     | 14/05/2011 * |
        | the same           | A     | 14/05/2010   |
    """
    return _differing(data, _WITH_BIRTH, "DOB")


@frame_rule("CSC404", {table: ["SEX"] for table in _WITH_SEX}, reads={"Header": ["SEX"]}, optional=_WITH_SEX)
def sex_differs(data: ReturnData) -> pl.LazyFrame:
    """Rows whose sex is another than the header's.

    Example:
        | Header             | CHILD | SEX |
        |                    | A     | M   |
        |                    | B     | F   |
        | blank              | C     |     |
        | not known          | D     | U   |
        | no child           |       | M   |

        | UASC               | CHILD | SEX |
        | another            | A     | F * |
        | in a small letter  | B     | f   |
        | blank              | B     |     |
        | the code of old    | B     | 2 * |
        |                    | C     | F   |
        | known here         | D     | M * |
        | not in the header  | E     | F   |
        | no child           |       | F   |
    """
    return _differing(data, _WITH_SEX, "SEX")
