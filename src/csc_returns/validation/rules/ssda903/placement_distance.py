"""Distance from home to placement: asked for, unless the child is or was an unaccompanied asylum seeker (UASC)."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import LAST, frame_rule
from csc_returns.validation.rules.ssda903.shared.care import not_short_break, rows_not_of, rows_of
from csc_returns.validation.rules.ssda903.shared.uasc import ever_uasc, indicator_known
from csc_returns.validation.rules.ssda903.shared.values import any_blank

#: Where it stands who is UASC this year and last: any of these tables may be missing.
_STATUS = {
    "Header": ["UASC"],
    "UASC": ["SEX", "DOB", "DUC"],
    "Header_last": ["UASC"],
    "UASC_last": ["SEX", "DOB", "DUC"],
}


def _when_known(data: ReturnData, episodes: pl.LazyFrame) -> pl.LazyFrame:
    """The episodes, or none of them where neither year says who is UASC."""
    return episodes.filter(pl.lit(indicator_known(data) or indicator_known(data, LAST)))


def _distance_expected(data: ReturnData) -> pl.LazyFrame:
    """Episodes, short breaks aside, of children who are UASC neither this year nor last."""
    return rows_not_of(data, "Episodes", ever_uasc).filter(not_short_break())


@frame_rule("164", {"Episodes": ["PL_DISTANCE"]}, reads={"Episodes": ["LS"], **_STATUS}, optional=tuple(_STATUS))
def distance_out_of_range(data: ReturnData) -> pl.LazyFrame:
    """Distance from home to placement is below 0 or above 999.9 miles.

    The distance is worked out from the two postcodes. Short breaks (V3 or V4) are left aside, and so are children who are
    unaccompanied asylum seekers this year or were last year.

    Fix: correct the postcode of the home or of the placement.

    Example:
        | Episodes              | CHILD | LS | PL_DISTANCE |
        | the least             | A     | C2 | 0.0         |
        | below                 | A     | C2 | -0.1 *      |
        | the most              | A     | C2 | 999.9       |
        | above                 | A     | C2 | 1000.0 *    |
        | no legal status       | A     |    | 1000.0 *    |
        | short break           | A     | V3 | 1000.0      |
        | short breaks          | A     | V4 | 1000.0      |
        | not known             | A     | C2 |             |
        | asylum seeker         | B     | C2 | 1000.0      |
        | was one last year     | C     | C2 | 1000.0      |
        | was none              | D     | C2 | 1000.0 *    |
        | not in the header     | E     | C2 | 1000.0 *    |
        | no child              |       | C2 | 1000.0 *    |

        | Header                | CHILD | UASC |
        |                       | A     | 0    |
        |                       | B     | 1    |
        |                       | C     | 0    |
        |                       | D     |      |
        | no child              |       | 1    |

        | Header_last           | CHILD | UASC |
        |                       | C     | 1    |
        |                       | D     | 0    |

    Example:
        | Episodes              | CHILD | PL_DISTANCE |
        | asylum seeker         | A     | 1000.0      |
        | was one last year     | B     | 1000.0      |
        | nothing entered       | C     | 1000.0 *    |
        | not among them        | D     | 1000.0 *    |

        | UASC                  | CHILD | DUC        |
        |                       | A     | 31/04/2025 |
        |                       | C     |            |

        | UASC_last             | CHILD | DOB        |
        |                       | B     | 14/05/2010 |

    Example:
        | Episodes              | CHILD | PL_DISTANCE |
        | nobody's status known | A     | 1000.0      |

        | Header                | CHILD |
        |                       | A     |
    """
    out_of_range = (pl.col("PL_DISTANCE") < 0.0) | (pl.col("PL_DISTANCE") > 999.9)
    return _when_known(data, _distance_expected(data).filter(out_of_range))


@frame_rule("392a", {"Episodes": ["PL_DISTANCE"]}, reads={"Episodes": ["LS"], **_STATUS}, optional=tuple(_STATUS))
def distance_missing(data: ReturnData) -> pl.LazyFrame:
    """Distance from home to placement cannot be worked out for a child who is looked after.

    It takes both postcodes, and the postcode directory must know them. Short breaks (V3 or V4) are left aside, and so are
    children who are unaccompanied asylum seekers this year or were last year.

    Fix: enter the postcode of the home or of the placement that is missing, or correct it.

    Example:
        | Episodes              | CHILD | LS | PL_DISTANCE |
        | not known             | A     | C2 | *           |
        | no legal status       | A     |    | *           |
        | known                 | A     | C2 | 12.3        |
        | no distance at all    | A     | C2 | 0.0         |
        | short break           | A     | V3 |             |
        | short breaks          | A     | V4 |             |
        | asylum seeker         | B     | C2 |             |
        | was one last year     | C     | C2 |             |
        | was none              | D     | C2 | *           |
        | not in the header     | E     | C2 | *           |
        | no child              |       | C2 | *           |

        | Header                | CHILD | UASC |
        |                       | A     | 0    |
        |                       | B     | 1    |
        |                       | C     | 0    |
        |                       | D     |      |
        | no child              |       | 1    |

        | Header_last           | CHILD | UASC |
        |                       | C     | 1    |
        |                       | D     | 0    |

    Example:
        | Episodes              | CHILD | HOME_POST | PL_POST |
        | both postcodes known  | A     | AB1 0JD   | ab1 0jd |
        | asylum seeker         | B     |           |         |

        | Header                | CHILD |
        |                       | A     |
        |                       | B     |

        | UASC                  | CHILD |
        |                       | B     |

        | postcodes             | pcd     | laua      | oseast1m | osnrth1m |
        |                       | AB1 0JD | E06000001 | 450000   | 530000   |

    Example:
        | Episodes              | CHILD | PL_DISTANCE |
        | nobody's status known | A     |             |
        | known                 | A     | 12.3        |

        | Header                | CHILD |
        |                       | A     |

    Example:
        | Episodes              | CHILD | PL_DISTANCE |
        | asylum seeker         | A     |             |
        | was one last year     | B     |             |
        | nothing entered       | C     | *           |
        | known                 | C     | 12.3        |

        | UASC                  | CHILD | SEX |
        |                       | A     | M   |
        |                       | C     |     |

        | UASC_last             | CHILD | DUC        |
        |                       | B     | 02/05/2024 |
    """
    return _when_known(data, _distance_expected(data).filter(pl.col("PL_DISTANCE").is_null()))


@frame_rule(
    "392b", {"Episodes": ["HOME_POST", "PL_POST"]}, reads={"Episodes": ["LS"], **_STATUS}, optional=tuple(_STATUS)
)
def postcode_missing(data: ReturnData) -> pl.LazyFrame:
    """Postcode of the home or of the placement is missing for a child who is looked after.

    Both are asked for. Short breaks (V3 or V4) are left aside, and so are children who are unaccompanied asylum seekers this
    year or were last year; where nothing tells who is one, every child is looked at.

    Fix: enter the postcode that is missing.

    Example:
        | Episodes              | CHILD | LS | HOME_POST | PL_POST   |
        | both                  | A     | C2 | AB1 0JD   | AB1 0JD   |
        | no home               | A     | C2 | *         | AB1 0JD * |
        | no placement          | A     | C2 | AB1 0JD * | *         |
        | neither               | A     | C2 | *         | *         |
        | no legal status       | A     |    | *         | *         |
        | short break           | A     | V3 |           |           |
        | short breaks          | A     | V4 |           |           |
        | asylum seeker         | B     | C2 |           |           |
        | was one last year     | C     | C2 |           |           |
        | was none              | D     | C2 | *         | *         |
        | not in the header     | E     | C2 | *         | *         |
        | no child              |       | C2 | *         | *         |

        | Header                | CHILD | UASC |
        |                       | A     | 0    |
        |                       | B     | 1    |
        |                       | C     | 0    |
        |                       | D     |      |
        | no child              |       | 1    |

        | Header_last           | CHILD | UASC |
        |                       | C     | 1    |
        |                       | D     | 0    |

    Example:
        | Episodes              | CHILD | HOME_POST | PL_POST |
        | nobody's status known | A     | *         | *       |

    Example:
        | Episodes              | CHILD | HOME_POST | PL_POST   |
        | no UASC table         | A     | *         | AB1 0JD * |
        | was one last year     | B     |           | AB1 0JD   |

        | Header                | CHILD |
        |                       | A     |
        |                       | B     |

        | UASC_last             | CHILD | SEX |
        |                       | B     | M   |
    """
    return _distance_expected(data).filter(any_blank("HOME_POST", "PL_POST"))


@frame_rule("406", {"Episodes": ["PL_DISTANCE"]}, reads=_STATUS, optional=tuple(_STATUS))
def distance_of_asylum_seeker(data: ReturnData) -> pl.LazyFrame:
    """Distance from home to placement is given for an unaccompanied asylum seeker of this year or last.

    These children have no home here from which to measure. The distance is worked out from the postcodes of home and
    placement, whatever the legal status.

    Fix: clear the postcode of the home; or correct the child's UASC status if the child is none.

    Example:
        | Episodes              | CHILD | LS | PL_DISTANCE |
        | asylum seeker         | A     | C2 | 12.3 *      |
        | short break           | A     | V3 | 12.3 *      |
        | no legal status       | A     |    | 0.0 *       |
        | no distance           | A     | C2 |             |
        | was one last year     | B     | C2 | 12.3 *      |
        | in neither year       | C     | C2 | 12.3        |
        | not in the header     | D     | C2 | 12.3        |
        | no child              |       | C2 | 12.3        |

        | Header                | CHILD | UASC |
        |                       | A     | 1    |
        |                       | B     | 0    |
        |                       | C     |      |
        | no child              |       | 1    |

        | Header_last           | CHILD | UASC |
        |                       | A     | 0    |
        |                       | B     | 1    |
        |                       | C     | 0    |

    Example:
        | Episodes              | CHILD | PL_DISTANCE |
        | asylum seeker         | A     | 12.3 *      |
        | was one last year     | B     | 12.3 *      |
        | nothing entered       | C     | 12.3        |

        | UASC                  | CHILD | DOB        |
        |                       | A     | 14/05/2010 |
        |                       | C     |            |

        | UASC_last             | CHILD | SEX |
        |                       | B     | M   |

    Example:
        | Episodes              | CHILD | PL_DISTANCE |
        | nobody's status known | A     | 12.3        |

        | Header                | CHILD |
        |                       | A     |
    """
    episodes = rows_of(data, "Episodes", ever_uasc)
    return _when_known(data, episodes.filter(pl.col("PL_DISTANCE").is_not_null()))
