"""The URN of the placement's provider: whether one must be given, and whether there can be one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import row_rule
from csc_returns.validation.rules.ssda903.shared.groups import (
    WITHOUT_PROVIDER,
    WITHOUT_PROVIDER_2022_23,
    WITHOUT_PROVIDER_2023_24,
    WITHOUT_PROVIDER_2024_25,
)
from csc_returns.validation.rules.ssda903.shared.providers import has_urn
from csc_returns.validation.rules.ssda903.shared.values import blank, filled, none_of, one_of

#: Episodes that ended by this day needed no URN.
_LAST_DAY_WITHOUT_URN = dt.date(2015, 3, 31)

#: From this day on semi-independent living (H5) needed a URN.
_H5_NEEDS_URN = dt.date(2023, 10, 29)

#: What PL_LA may be outside England, in returns that bring their own.
_OUTSIDE_ENGLAND = ("CON", "NIR", "SCO", "WAL", "NUK")


def _urn_missing(without: Iterable[str], outside_england: pl.Expr) -> pl.Expr:
    """No URN, though the placement is none of those ``without`` a provider, is in England and did not end by March 2015."""
    recent = blank("DEC") | (pl.col("DEC") > _LAST_DAY_WITHOUT_URN)
    return blank("URN") & none_of("PLACE", without) & ~outside_england & recent


def _begins_as_outside_england(letters: str) -> pl.Expr:
    """PL_LA begins with one of the letters; false where it is blank."""
    return pl.col("PL_LA").str.contains(f"^[{letters}]").fill_null(False)


@row_rule("218", "Episodes", ["URN"], reads={"Episodes": ["PLACE", "PL_LA", "DEC"]}, since="2025-26")
def urn_missing(_: ReturnData) -> pl.Expr:
    """Placement in England with a registered provider has no URN.

    The URN is asked for of every placement but P1, P3, R1, R2, R5, T0 to T4 and Z11 to Z14. Placements outside England and
    episodes that ended by 31 March 2015 are left out. A placement whose authority cannot be told counts as in England.

    Fix: enter the provider's URN, or XXXXXXX where it has none.

    Example:
        | Episodes              | URN      | PLACE | PL_LA     | DEC        |
        | open                  | *        | U6    | E06000023 |            |
        | no placement          | *        |       | E06000023 |            |
        | authority not known   | *        | K2    |           |            |
        | code that has ended   | *        | Z1    | E06000023 |            |
        | code that has ended   | *        | H5    | E06000023 |            |
        | any other text        | *        | U6    | NONE      |            |
        | a day later           | *        | U6    | E06000023 | 01/04/2015 |
        | the last day          |          | U6    | E06000023 | 31/03/2015 |
        | end is not a date     |          | U6    | E06000023 | 31/04/2025 |
        | has one               | SC123456 | U6    | E06000023 |            |
        | provider has none     | XXXXXXX  | U6    | E06000023 |            |
        | with parents          |          | P1    | E06000023 |            |
        | at work               |          | P3    | E06000023 |            |
        | residential care home |          | R1    | E06000023 |            |
        | in custody            |          | R5    | E06000023 |            |
        | temporary             |          | T0    | E06000023 |            |
        | temporary             |          | T4    |           |            |
        | other placement       |          | Z11   | E06000023 |            |
        | other placement       |          | Z14   | E06000023 |            |
        | outside England       |          | U6    | CON       |            |
        | outside England       |          | U6    | NIR       |            |
        | outside England       |          | U6    | SCO       |            |
        | outside England       |          | U6    | WAL       |            |
        | outside England       |          | U6    | NUK       |            |

    Example:
        | Episodes           | URN | PLACE | PL_POST  |
        | in England         | *   | U6    | BS1 5TR  |
        | in Wales           |     | U6    | CF10 4UW |
        | postcode not known | *   | U6    | CF10 9XX |
        | no postcode        | *   | U6    |          |

        | postcodes | pcd     | laua      |
        |           | BS1 5TR | E06000023 |
        |           | CF104UW | W06000015 |
    """
    return _urn_missing(WITHOUT_PROVIDER, one_of("PL_LA", _OUTSIDE_ENGLAND))


@row_rule("218", "Episodes", ["URN"], reads={"Episodes": ["PLACE", "PL_LA", "DEC"]}, since="2024-25")
def urn_missing_in_2024_25(_: ReturnData) -> pl.Expr:
    """Placement in England with a registered provider has no URN.

    The URN is asked for of every placement but P1, P3, R1, R2, R5, T0 to T4 and Z1. Placements outside England and episodes
    that ended by 31 March 2015 are left out. A placement whose authority cannot be told counts as in England.

    Fix: enter the provider's URN, or XXXXXXX where it has none.

    Example:
        | Episodes              | URN      | PLACE | PL_LA     | DEC        |
        | open                  | *        | U6    | E06000023 |            |
        | no placement          | *        |       | E06000023 |            |
        | authority not known   | *        | K2    |           |            |
        | code that has ended   | *        | H5    | E06000023 |            |
        | code that has ended   | *        | P2    | E06000023 |            |
        | a code of later years | *        | Z11   | E06000023 |            |
        | a day later           | *        | U6    | E06000023 | 01/04/2015 |
        | the last day          |          | U6    | E06000023 | 31/03/2015 |
        | end is not a date     |          | U6    | E06000023 | 31/04/2024 |
        | has one               | SC123456 | U6    | E06000023 |            |
        | provider has none     | XXXXXXX  | U6    | E06000023 |            |
        | with parents          |          | P1    | E06000023 |            |
        | temporary             |          | T0    | E06000023 |            |
        | temporary             |          | T4    |           |            |
        | other placement       |          | Z1    | E06000023 |            |
        | outside England       |          | U6    | CON       |            |
        | outside England       |          | U6    | NIR       |            |
        | outside England       |          | U6    | SCO       |            |
        | any such letter       |          | U6    | W06000015 |            |
    """
    return _urn_missing(WITHOUT_PROVIDER_2024_25, _begins_as_outside_england("NWSC"))


@row_rule("218", "Episodes", ["URN"], reads={"Episodes": ["PLACE", "PL_LA", "DEC"]})
def urn_missing_until_2023_24(_: ReturnData) -> pl.Expr:
    """Placement in England with a registered provider has no URN.

    The URN is asked for of every placement but H5, P1, P2, P3, R1, R2, R5, T0 to T4 and Z1. Placements outside England and
    episodes that ended by 31 March 2015 are left out. A placement whose authority cannot be told counts as in England.

    Fix: enter the provider's URN, or XXXXXXX where it has none.

    Example:
        | Episodes              | URN      | PLACE | PL_LA     | DEC        |
        | open                  | *        | U6    | E06000023 |            |
        | no placement          | *        |       | E06000023 |            |
        | authority not known   | *        | K2    |           |            |
        | a code of later years | *        | K3    | E06000023 |            |
        | a day later           | *        | U6    | E06000023 | 01/04/2015 |
        | the last day          |          | U6    | E06000023 | 31/03/2015 |
        | end is not a date     |          | U6    | E06000023 | 31/04/2023 |
        | has one               | SC123456 | U6    | E06000023 |            |
        | provider has none     | XXXXXXX  | U6    | E06000023 |            |
        | semi-independent      |          | H5    | E06000023 |            |
        | independent           |          | P2    | E06000023 |            |
        | with parents          |          | P1    | E06000023 |            |
        | temporary             |          | T4    |           |            |
        | other placement       |          | Z1    | E06000023 |            |
        | outside England       |          | U6    | CON       |            |
        | outside England       |          | U6    | NIR       |            |
        | outside England       |          | U6    | SCO       |            |
        | outside England       |          | U6    | WAL       |            |

    Example in 2022-23:
        | Episodes            | URN | PLACE | PL_LA     |
        | with a foster carer | *   | U6    | E06000023 |
        | semi-independent    |     | H5    | E06000023 |
    """
    return _urn_missing(WITHOUT_PROVIDER_2022_23, _begins_as_outside_england("NWSC"))


@row_rule("230", "Episodes", ["PLACE", "DEC", "URN"], reads={"Episodes": ["PL_LA"]}, since="2023-24", until="2023-24")
def urn_of_semi_independent_living_missing(_: ReturnData) -> pl.Expr:
    """Semi-independent living (H5) in England after 28 October 2023 has no URN of its own.

    From then on such a provider was registered, so XXXXXXX does not do. A placement whose authority cannot be told, or is outside
    England, is left alone.

    Fix: enter the provider's URN, or correct the placement or the end of the episode.

    Example:
        | Episodes            | PLACE | DEC          | URN       | PL_LA     |
        | a day later         | H5 *  | 29/10/2023 * | *         | E06000023 |
        | the last day        | H5    | 28/10/2023   |           | E06000023 |
        | open                | H5 *  | *            | *         | E06000023 |
        | end is not a date   | H5 *  | 31/09/2023 * | *         | E06000023 |
        | the placeholder     | H5 *  | *            | XXXXXXX * | E06000023 |
        | any other letter    | H5 *  | *            | *         | CON       |
        | has one             | H5    |              | SC123456  | E06000023 |
        | another placement   | K2    |              |           | E06000023 |
        | no placement        |       |              |           | E06000023 |
        | outside England     | H5    |              |           | WAL       |
        | outside England     | H5    |              |           | SCO       |
        | outside England     | H5    |              |           | NIR       |
        | authority not known | H5    |              |           |           |
    """
    running = pl.col("DEC").is_null() | (pl.col("DEC") >= _H5_NEEDS_URN)
    in_england = filled("PL_LA") & ~_begins_as_outside_england("NWS")
    return (pl.col("PLACE") == "H5") & running & ~has_urn() & in_england


def _urn_needless(without: Iterable[str]) -> pl.Expr:
    """A URN, though the placement is one of those without a registered provider."""
    return has_urn() & one_of("PLACE", without)


@row_rule("222", "Episodes", ["URN"], reads={"Episodes": ["PLACE"]}, since="2025-26")
def urn_of_placement_without_provider(_: ReturnData) -> pl.Expr:
    """Placement of a kind without a registered provider has a URN.

    Placements P1, P3, R1, R2, R5, T0 to T4 and Z11 to Z14 have none. The placeholder XXXXXXX is let pass.

    Fix: clear the URN, or correct the placement.

    Example:
        | Episodes              | URN        | PLACE |
        | with parents          | SC123456 * | P1    |
        | at work               | SC123456 * | P3    |
        | residential care home | SC123456 * | R1    |
        | in health care        | SC123456 * | R2    |
        | in custody            | SC123456 * | R5    |
        | temporary             | SC123456 * | T0    |
        | temporary             | SC123456 * | T4    |
        | other placement       | SC123456 * | Z11   |
        | other placement       | SC123456 * | Z14   |
        | six letters X         | XXXXXX *   | P1    |
        | the placeholder       | XXXXXXX    | P1    |
        | no URN                |            | P1    |
        | with a foster carer   | SC123456   | U6    |
        | code that has ended   | SC123456   | Z1    |
        | code that has ended   | SC123456   | P2    |
        | no placement          | SC123456   |       |
    """
    return _urn_needless(WITHOUT_PROVIDER)


@row_rule("222", "Episodes", ["URN"], reads={"Episodes": ["PLACE"]}, since="2024-25")
def urn_of_placement_without_provider_in_2024_25(_: ReturnData) -> pl.Expr:
    """Placement of a kind without a registered provider has a URN.

    Placements P1, P3, R1, R2, R5, T0 to T4 and Z1 have none. The placeholder XXXXXXX is let pass.

    Fix: clear the URN, or correct the placement.

    Example:
        | Episodes              | URN        | PLACE |
        | with parents          | SC123456 * | P1    |
        | temporary             | SC123456 * | T0    |
        | temporary             | SC123456 * | T4    |
        | other placement       | SC123456 * | Z1    |
        | the placeholder       | XXXXXXX    | P1    |
        | no URN                |            | P1    |
        | code that has ended   | SC123456   | P2    |
        | code that has ended   | SC123456   | H5    |
        | a code of later years | SC123456   | Z11   |
        | no placement          | SC123456   |       |
    """
    return _urn_needless(WITHOUT_PROVIDER_2024_25)


@row_rule("222", "Episodes", ["URN"], reads={"Episodes": ["PLACE"]}, since="2023-24")
def urn_of_placement_without_provider_in_2023_24(_: ReturnData) -> pl.Expr:
    """Placement of a kind without a registered provider has a URN.

    Placements P1, P2, P3, R1, R2, R5, T0 to T4 and Z1 have none. The placeholder XXXXXXX is let pass.

    Fix: clear the URN, or correct the placement.

    Example:
        | Episodes        | URN        | PLACE |
        | with parents    | SC123456 * | P1    |
        | independent     | SC123456 * | P2    |
        | temporary       | SC123456 * | T4    |
        | other placement | SC123456 * | Z1    |
        | the placeholder | XXXXXXX    | P2    |
        | no URN          |            | P2    |
        | now registered  | SC123456   | H5    |
        | no placement    | SC123456   |       |
    """
    return _urn_needless(WITHOUT_PROVIDER_2023_24)


@row_rule("222", "Episodes", ["URN"], reads={"Episodes": ["PLACE"]})
def urn_of_placement_without_provider_in_2022_23(_: ReturnData) -> pl.Expr:
    """Placement of a kind without a registered provider has a URN.

    Placements H5, P1, P2, P3, R1, R2, R5, T0 to T4 and Z1 have none. The placeholder XXXXXXX is let pass.

    Fix: clear the URN, or correct the placement.

    Example:
        | Episodes            | URN        | PLACE |
        | with parents        | SC123456 * | P1    |
        | independent         | SC123456 * | P2    |
        | semi-independent    | SC123456 * | H5    |
        | temporary           | SC123456 * | T4    |
        | other placement     | SC123456 * | Z1    |
        | the placeholder     | XXXXXXX    | H5    |
        | no URN              |            | H5    |
        | with a foster carer | SC123456   | U6    |
        | no placement        | SC123456   |       |
    """
    return _urn_needless(WITHOUT_PROVIDER_2022_23)
