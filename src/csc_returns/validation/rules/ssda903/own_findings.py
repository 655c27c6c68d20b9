"""Rows of one return that do not agree on who the child is: findings of our own, beyond the DfE's rules.

The header is what the other tables are held against: without it these rules do not run.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from csc_returns.specification import whole_specification
from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule

_SPECIFICATION = whole_specification("ssda903")

#: Every table but the header, and those of them that repeat an item of the header.
_OTHERS = tuple(name for name in _SPECIFICATION.tables if name != "Header")
_WITH_BIRTH = tuple(name for name in _OTHERS if "DOB" in _SPECIFICATION.tables[name].items)
_WITH_SEX = tuple(name for name in _OTHERS if "SEX" in _SPECIFICATION.tables[name].items)

#: Tables that have one row a child, apart from the header.
_ONE_ROW = tuple(name for name in _OTHERS if not _SPECIFICATION.tables[name].repeats)


def _rows(data: ReturnData, tables: Iterable[str], *columns: str) -> pl.LazyFrame:
    """Rows of several tables, one below the other: ``table``, its row number ``row``, ``child`` and the columns.

    One long frame, so that a rule asks its question once and not once a table. Tables that the year does not have are left out.
    """
    held = [table for table in tables if table in data.specification.tables]
    return pl.concat(
        data[table].select(pl.lit(table).alias("table"), pl.col(table).alias("row"), "child", *columns)
        for table in held
    )


def _pointed_at(rows: pl.LazyFrame, tables: Iterable[str]) -> pl.LazyFrame:
    """Rows of ``_rows`` with the row number in the column of its table, as a frame rule gives it; the others are null."""
    return rows.with_columns(pl.when(pl.col("table") == table).then("row").alias(table) for table in tables)


def _not_in_header(data: ReturnData) -> pl.LazyFrame:
    return _pointed_at(_rows(data, _OTHERS).join(data["Header"], on="child", how="anti"), _OTHERS)


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
    return data.shared(_not_in_header)


def _repeated(data: ReturnData) -> pl.LazyFrame:
    tables = ("Header", *_ONE_ROW)
    rows = _rows(data, tables, "CHILD").filter(pl.col("CHILD").is_not_null())
    place = pl.struct("table", "child")
    repeated = rows.filter(place.is_duplicated())
    return _pointed_at(repeated, tables).with_columns(finding=place.rank("dense").cast(pl.Int64))


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
    return data.shared(_repeated)


def _differing(data: ReturnData, tables: Iterable[str], item: str) -> pl.LazyFrame:
    """Rows whose value of an item differs from the header's, for any header row of the child; blank ones are left aside."""
    value = pl.col(item)
    header = data["Header"].group_by("child").agg(value.min().alias("_least"), value.max().alias("_most"))
    rows = _rows(data, tables, item).join(header, on="child", how="inner")
    return _pointed_at(rows.filter((value != pl.col("_least")) | (value != pl.col("_most"))), tables)


def _born_otherwise(data: ReturnData) -> pl.LazyFrame:
    return _differing(data, _WITH_BIRTH, "DOB")


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
    return data.shared(_born_otherwise)


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
