"""Episodes that last year's return left open: what this year's says of them stays the same.

Where they are placed is in ``placement_geography``.
"""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.episodes import changed_since_last_year
from csc_returns.validation.rules.ssda903.shared.groups import OTHER_PLACEMENTS
from csc_returns.validation.rules.ssda903.shared.values import one_of


@frame_rule("503A", {"Episodes": ["RNE"]}, reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "RNE"]})
def reason_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year began for another reason than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the reason for the new episode, or have last year's return put right.

    Example:
        | Episodes                            | CHILD | DECOM      | RNE |
        | another                             | A     | 01/03/2025 | S * |
        | not the first                       | A     | 01/05/2025 | P   |
        | the same                            | B     | 01/03/2025 | P   |
        | not the first                       | B     | 01/05/2025 | L   |
        | starts otherwise                    | C     | 01/05/2025 | S * |
        | last year's had ended               | D     | 01/03/2025 | S   |
        | last year's end not a date          | E     | 01/03/2025 | S * |
        | blank now                           | F     | 01/03/2025 | *   |
        | blank before                        | G     | 01/03/2025 | S * |
        | blank in both                       | H     | 01/03/2025 |     |
        | not in last year's                  | I     | 01/03/2025 | S   |
        | no start                            | J     |            | S   |
        | not a date                          | J     | 31/02/2025 | S   |
        | undated is not the first            | K     |            | P   |
        | the dated one is                    | K     | 01/03/2025 | S * |
        | last year's undated                 | L     | 01/03/2025 | S   |
        | same start, first in file           | M     | 01/03/2025 | S * |
        |                                     | M     | 01/03/2025 | P   |
        | last year two, final differs        | N     | 01/03/2025 | S * |
        | last year two, final the same       | O     | 01/03/2025 | P   |
        | last year same start, first in file | P     | 01/03/2025 | P   |
        | last year's final had ended         | Q     | 01/03/2025 | S   |
        | nobody's                            |       | 01/03/2025 | S   |

        | Episodes_last     | CHILD | DECOM      | DEC        | RNE |
        |                   | A     | 01/03/2025 |            | P   |
        |                   | B     | 01/03/2025 |            | P   |
        |                   | C     | 01/03/2025 |            | P   |
        |                   | D     | 01/03/2025 | 31/03/2025 | P   |
        |                   | E     | 01/03/2025 | 31/02/2025 | P   |
        |                   | F     | 01/03/2025 |            | P   |
        |                   | G     | 01/03/2025 |            |     |
        |                   | H     | 01/03/2025 |            |     |
        |                   | J     | 01/03/2025 |            | P   |
        |                   | K     | 01/03/2025 |            | P   |
        |                   | L     | 31/02/2025 |            | P   |
        |                   | M     | 01/03/2025 |            | P   |
        | final             | N     | 01/03/2025 |            | P   |
        |                   | N     | 01/02/2025 |            | S   |
        |                   | O     | 01/02/2025 |            | S   |
        | final             | O     | 01/03/2025 |            | P   |
        | final             | P     | 01/03/2025 |            | P   |
        |                   | P     | 01/03/2025 |            | S   |
        | open, not final   | Q     | 01/02/2025 |            | P   |
        | final             | Q     | 01/03/2025 | 31/03/2025 | P   |
        | nobody's          |       | 01/03/2025 |            | P   |
        | gone by this year | R     | 01/03/2025 |            | P   |
    """
    return changed_since_last_year(data, "RNE")


@frame_rule("503B", {"Episodes": ["LS"]}, reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "LS"]})
def status_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another legal status than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the legal status, or enter its change as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | LS   |
        | another                    | A     | 01/03/2025 | C2 * |
        | same                       | B     | 01/03/2025 | C2   |
        | last year's had ended      | C     | 01/03/2025 | C2   |
        | last year's end not a date | D     | 01/03/2025 | C2 * |
        | blank now                  | E     | 01/03/2025 | *    |
        | blank before               | F     | 01/03/2025 | C2 * |
        | blank in both              | G     | 01/03/2025 |      |
        | no start                   | J     |            | C2   |

        | Episodes_last | CHILD | DECOM      | DEC        | LS |
        |               | A     | 01/03/2025 |            | V2 |
        |               | B     | 01/03/2025 |            | C2 |
        |               | C     | 01/03/2025 | 31/03/2025 | V2 |
        |               | D     | 01/03/2025 | 31/02/2025 | V2 |
        |               | E     | 01/03/2025 |            | V2 |
        |               | F     | 01/03/2025 |            |    |
        |               | G     | 01/03/2025 |            |    |
        |               | J     | 01/03/2025 |            | V2 |
    """
    return changed_since_last_year(data, "LS")


@frame_rule("503C", {"Episodes": ["CIN"]}, reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "CIN"]})
def need_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another category of need than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the category of need; it stays that of the day on which care began.

    Example:
        | Episodes                   | CHILD | DECOM      | CIN  |
        | another                    | A     | 01/03/2025 | N1 * |
        | same                       | B     | 01/03/2025 | N1   |
        | last year's had ended      | C     | 01/03/2025 | N1   |
        | last year's end not a date | D     | 01/03/2025 | N1 * |
        | blank now                  | E     | 01/03/2025 | *    |
        | blank before               | F     | 01/03/2025 | N1 * |
        | blank in both              | G     | 01/03/2025 |      |
        | no start                   | J     |            | N1   |

        | Episodes_last | CHILD | DECOM      | DEC        | CIN |
        |               | A     | 01/03/2025 |            | N2  |
        |               | B     | 01/03/2025 |            | N1  |
        |               | C     | 01/03/2025 | 31/03/2025 | N2  |
        |               | D     | 01/03/2025 | 31/02/2025 | N2  |
        |               | E     | 01/03/2025 |            | N2  |
        |               | F     | 01/03/2025 |            |     |
        |               | G     | 01/03/2025 |            |     |
        |               | J     | 01/03/2025 |            | N2  |
    """
    return changed_since_last_year(data, "CIN")


@frame_rule(
    "503D",
    {"Episodes": ["PLACE"]},
    since="2026-27",
    reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PLACE"]},
)
def placement_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another type of placement than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the type of placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PLACE |
        | another                    | A     | 01/03/2026 | U6 *  |
        | same                       | B     | 01/03/2026 | U6    |
        | last year's had ended      | C     | 01/03/2026 | U6    |
        | last year's end not a date | D     | 01/03/2026 | U6 *  |
        | blank now                  | E     | 01/03/2026 | *     |
        | blank before               | F     | 01/03/2026 | U6 *  |
        | blank in both              | G     | 01/03/2026 |       |
        | no start                   | J     |            | U6    |
        | no leave any more          | L     | 01/03/2026 | Z11 * |
        | no leave any more          | M     | 01/03/2026 | K3 *  |

        | Episodes_last | CHILD | DECOM      | DEC        | PLACE |
        |               | A     | 01/03/2026 |            | K2    |
        |               | B     | 01/03/2026 |            | U6    |
        |               | C     | 01/03/2026 | 31/03/2026 | K2    |
        |               | D     | 01/03/2026 | 31/02/2026 | K2    |
        |               | E     | 01/03/2026 |            | K2    |
        |               | F     | 01/03/2026 |            |       |
        |               | G     | 01/03/2026 |            |       |
        |               | J     | 01/03/2026 |            | K2    |
        |               | L     | 01/03/2026 |            | Z1    |
        |               | M     | 01/03/2026 |            | H5    |
    """
    return changed_since_last_year(data, "PLACE")


@frame_rule(
    "503D",
    {"Episodes": ["PLACE"]},
    since="2025-26",
    reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PLACE"]},
)
def placement_differs_from_last_year_in_2025_26(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another type of placement than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Z1, which has ended, may have become
    Z11, Z12, Z13 or Z14. Blank counts as a value.

    Fix: correct the type of placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PLACE |
        | another                    | A     | 01/03/2025 | U6 *  |
        | same                       | B     | 01/03/2025 | U6    |
        | last year's had ended      | C     | 01/03/2025 | U6    |
        | last year's end not a date | D     | 01/03/2025 | U6 *  |
        | blank now                  | E     | 01/03/2025 | *     |
        | blank before               | F     | 01/03/2025 | U6 *  |
        | blank in both              | G     | 01/03/2025 |       |
        | no start                   | J     |            | U6    |
        | the new codes              | L     | 01/03/2025 | Z11   |
        | the new codes              | M     | 01/03/2025 | Z12   |
        | the new codes              | N     | 01/03/2025 | Z13   |
        | the new codes              | O     | 01/03/2025 | Z14   |
        | something else             | P     | 01/03/2025 | U6 *  |
        | the other way round        | Q     | 01/03/2025 | Z1 *  |
        | not from Z1                | R     | 01/03/2025 | Z11 * |
        | blank                      | S     | 01/03/2025 | *     |
        | that of another year       | T     | 01/03/2025 | K3 *  |

        | Episodes_last | CHILD | DECOM      | DEC        | PLACE |
        |               | A     | 01/03/2025 |            | K2    |
        |               | B     | 01/03/2025 |            | U6    |
        |               | C     | 01/03/2025 | 31/03/2025 | K2    |
        |               | D     | 01/03/2025 | 31/02/2025 | K2    |
        |               | E     | 01/03/2025 |            | K2    |
        |               | F     | 01/03/2025 |            |       |
        |               | G     | 01/03/2025 |            |       |
        |               | J     | 01/03/2025 |            | K2    |
        |               | L     | 01/03/2025 |            | Z1    |
        |               | M     | 01/03/2025 |            | Z1    |
        |               | N     | 01/03/2025 |            | Z1    |
        |               | O     | 01/03/2025 |            | Z1    |
        |               | P     | 01/03/2025 |            | Z1    |
        |               | Q     | 01/03/2025 |            | Z11   |
        |               | R     | 01/03/2025 |            |       |
        |               | S     | 01/03/2025 |            | Z1    |
        |               | T     | 01/03/2025 |            | H5    |
    """
    renamed = one_of("PLACE_Episodes_last", ["Z1"]) & one_of("PLACE", OTHER_PLACEMENTS)
    return changed_since_last_year(data, "PLACE").filter(~renamed)


@frame_rule(
    "503D",
    {"Episodes": ["PLACE"]},
    since="2024-25",
    reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PLACE"]},
)
def placement_differs_from_last_year_in_2024_25(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another type of placement than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. H5, which has ended, may have become
    K3. Blank counts as a value.

    Fix: correct the type of placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PLACE |
        | another                    | A     | 01/03/2024 | U6 *  |
        | same                       | B     | 01/03/2024 | U6    |
        | last year's had ended      | C     | 01/03/2024 | U6    |
        | last year's end not a date | D     | 01/03/2024 | U6 *  |
        | blank now                  | E     | 01/03/2024 | *     |
        | blank before               | F     | 01/03/2024 | U6 *  |
        | blank in both              | G     | 01/03/2024 |       |
        | no start                   | J     |            | U6    |
        | the new code               | L     | 01/03/2024 | K3    |
        | something else             | M     | 01/03/2024 | U6 *  |
        | the other way round        | N     | 01/03/2024 | H5 *  |
        | not from H5                | O     | 01/03/2024 | K3 *  |
        | blank                      | P     | 01/03/2024 | *     |
        | that of another year       | Q     | 01/03/2024 | Z11 * |

        | Episodes_last | CHILD | DECOM      | DEC        | PLACE |
        |               | A     | 01/03/2024 |            | K2    |
        |               | B     | 01/03/2024 |            | U6    |
        |               | C     | 01/03/2024 | 31/03/2024 | K2    |
        |               | D     | 01/03/2024 | 31/02/2024 | K2    |
        |               | E     | 01/03/2024 |            | K2    |
        |               | F     | 01/03/2024 |            |       |
        |               | G     | 01/03/2024 |            |       |
        |               | J     | 01/03/2024 |            | K2    |
        |               | L     | 01/03/2024 |            | H5    |
        |               | M     | 01/03/2024 |            | H5    |
        |               | N     | 01/03/2024 |            | K3    |
        |               | O     | 01/03/2024 |            |       |
        |               | P     | 01/03/2024 |            | H5    |
        |               | Q     | 01/03/2024 |            | Z1    |
    """
    renamed = one_of("PLACE_Episodes_last", ["H5"]) & one_of("PLACE", ["K3"])
    return changed_since_last_year(data, "PLACE").filter(~renamed)


@frame_rule("503D", {"Episodes": ["PLACE"]}, reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PLACE"]})
def placement_differs_from_last_year_until_2023_24(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another type of placement than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the type of placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PLACE |
        | another                    | A     | 01/03/2023 | U6 *  |
        | same                       | B     | 01/03/2023 | U6    |
        | last year's had ended      | C     | 01/03/2023 | U6    |
        | last year's end not a date | D     | 01/03/2023 | U6 *  |
        | blank now                  | E     | 01/03/2023 | *     |
        | blank before               | F     | 01/03/2023 | U6 *  |
        | blank in both              | G     | 01/03/2023 |       |
        | no start                   | J     |            | U6    |
        | no leave yet               | L     | 01/03/2023 | Z11 * |
        | no leave yet               | M     | 01/03/2023 | K3 *  |

        | Episodes_last | CHILD | DECOM      | DEC        | PLACE |
        |               | A     | 01/03/2023 |            | K2    |
        |               | B     | 01/03/2023 |            | U6    |
        |               | C     | 01/03/2023 | 31/03/2023 | K2    |
        |               | D     | 01/03/2023 | 31/02/2023 | K2    |
        |               | E     | 01/03/2023 |            | K2    |
        |               | F     | 01/03/2023 |            |       |
        |               | G     | 01/03/2023 |            |       |
        |               | J     | 01/03/2023 |            | K2    |
        |               | L     | 01/03/2023 |            | Z1    |
        |               | M     | 01/03/2023 |            | H5    |
    """
    return changed_since_last_year(data, "PLACE")


@frame_rule(
    "503E",
    {"Episodes": ["PLACE_PROVIDER"]},
    reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PLACE_PROVIDER"]},
)
def provider_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another kind of provider than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the provider of the placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PLACE_PROVIDER |
        | another                    | A     | 01/03/2025 | PR1 *          |
        | same                       | B     | 01/03/2025 | PR1            |
        | last year's had ended      | C     | 01/03/2025 | PR1            |
        | last year's end not a date | D     | 01/03/2025 | PR1 *          |
        | blank now                  | E     | 01/03/2025 | *              |
        | blank before               | F     | 01/03/2025 | PR1 *          |
        | blank in both              | G     | 01/03/2025 |                |
        | no start                   | J     |            | PR1            |

        | Episodes_last | CHILD | DECOM      | DEC        | PLACE_PROVIDER |
        |               | A     | 01/03/2025 |            | PR4            |
        |               | B     | 01/03/2025 |            | PR1            |
        |               | C     | 01/03/2025 | 31/03/2025 | PR4            |
        |               | D     | 01/03/2025 | 31/02/2025 | PR4            |
        |               | E     | 01/03/2025 |            | PR4            |
        |               | F     | 01/03/2025 |            |                |
        |               | G     | 01/03/2025 |            |                |
        |               | J     | 01/03/2025 |            | PR4            |
    """
    return changed_since_last_year(data, "PLACE_PROVIDER")


@frame_rule("503F", {"Episodes": ["URN"]}, reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "URN"]})
def urn_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year has another URN than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the URN, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | URN        |
        | another                    | A     | 01/03/2025 | SC123456 * |
        | same                       | B     | 01/03/2025 | SC123456   |
        | last year's had ended      | C     | 01/03/2025 | SC123456   |
        | last year's end not a date | D     | 01/03/2025 | SC123456 * |
        | blank now                  | E     | 01/03/2025 | *          |
        | blank before               | F     | 01/03/2025 | SC123456 * |
        | blank in both              | G     | 01/03/2025 |            |
        | no start                   | J     |            | SC123456   |

        | Episodes_last | CHILD | DECOM      | DEC        | URN      |
        |               | A     | 01/03/2025 |            | SC234567 |
        |               | B     | 01/03/2025 |            | SC123456 |
        |               | C     | 01/03/2025 | 31/03/2025 | SC234567 |
        |               | D     | 01/03/2025 | 31/02/2025 | SC234567 |
        |               | E     | 01/03/2025 |            | SC234567 |
        |               | F     | 01/03/2025 |            |          |
        |               | G     | 01/03/2025 |            |          |
        |               | J     | 01/03/2025 |            | SC234567 |
    """
    return changed_since_last_year(data, "URN")
