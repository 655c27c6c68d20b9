"""Where a placement is: its postcode, its authority, inside or outside the sender's area, and how far from home."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import not_short_break, short_break
from csc_returns.validation.rules.ssda903.shared.geography import known_postcodes, looked_up
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTION, FOSTERING
from csc_returns.validation.rules.ssda903.shared.values import any_filled, filled, none_of

#: The longest way from home in miles that is taken as it is.
_FAR = 350

#: Stands for a distance that is not known, in returns that bring their own.
_NO_DISTANCE = 999.9

# -- postcodes ---------------------------------------------------------------------------------------------------------


@frame_rule("392c", {"Episodes": ["HOME_POST", "PL_POST"]}, needs=("postcodes",))
def postcode_unknown(data: ReturnData) -> pl.LazyFrame:
    """Postcode of the home or of the placement is not in the postcode directory.

    The directory holds the postcodes of the United Kingdom, ended ones included. Spaces and small letters make no difference.

    Fix: correct the postcode; clear one that is not known.

    Example:
        | Episodes           | HOME_POST | PL_POST    |
        | both known         | BS1 5TR   | KT22 9AB   |
        | without spaces     | BS15TR    | KT229AB    |
        | spaced otherwise   | B S15 TR  | kt22  9ab  |
        | home unknown       | BS1 5XX * | KT22 9AB * |
        | placement unknown  | BS1 5TR * | KT22 9XX * |
        | both unknown       | BS1 5XX * | KT22 9XX * |
        | unknown alone      | BS1 5XX * | *          |
        | unknown alone      | *         | NONE *     |
        | a letter O for a 0 | BS1 OTR * | *          |
        | known alone        | BS1 5TR   |            |
        | blank              |           |            |

        | postcodes | pcd     | laua      |
        |           | BS1 5TR | E06000023 |
        |           | KT229AB | E07000207 |
        |           | BS1 0TR | E06000023 |
    """
    places = data.shared(known_postcodes)
    rows = looked_up(looked_up(data["Episodes"], "HOME_POST", places), "PL_POST", places)
    return rows.filter(
        (filled("HOME_POST") & ~pl.col("HOME_POST_found")) | (filled("PL_POST") & ~pl.col("PL_POST_found"))
    )


@row_rule("214", "Episodes", ["PL_POST", "URN"], reads={"Episodes": ["LS"]})
def placement_of_short_break(_: ReturnData) -> pl.Expr:
    """Short break (V3 or V4) has a placement postcode or a URN.

    An agreement of short breaks covers several stays, so no one placement is reported of it.

    Fix: clear the postcode and the URN, or correct the legal status.

    Example:
        | Episodes               | LS | PL_POST   | URN        |
        | both                   | V3 | BS1 5TR * | SC123456 * |
        | postcode               | V4 | BS1 5TR * | *          |
        | URN                    | V3 | *         | SC123456 * |
        | the placeholder counts | V4 | *         | XXXXXXX *  |
        | neither                | V4 |           |            |
        | another legal status   | C2 | BS1 5TR   | SC123456   |
        | no legal status        |    | BS1 5TR   | SC123456   |
    """
    return short_break() & any_filled("PL_POST", "URN")


# -- the authority of the placement ------------------------------------------------------------------------------------


@row_rule("169", "Episodes", ["PL_LA"], reads={"Episodes": ["LS"]})
def placement_authority_unknown(_: ReturnData) -> pl.Expr:
    """Authority in which the child is placed cannot be told from the placement's postcode.

    It follows from the postcode, which must be there and be known, except in short breaks (V3, V4).

    Fix: enter or correct the postcode of the placement.

    Example:
        | Episodes        | LS | PL_LA     |
        | unknown         | C2 | *         |
        | no legal status |    | *         |
        | known           | C2 | E06000023 |
        | outside England | C2 | WAL       |
        | short break     | V3 |           |
        | short break     | V4 |           |

    Example:
        | Episodes    | LS | PL_POST |
        | in a city   | C2 | bs1 5tr |
        | in a county | C2 | KT229AB |
        | in Scotland | C2 | EH1 1AA |
        | short break | V4 | BS1 5XX |
        | short break | V3 |         |

        | postcodes | pcd     | laua      |
        |           | BS1 5TR | E06000023 |
        |           | KT229AB | E07000207 |
        |           | EH1 1AA | S12000036 |
    """
    return not_short_break() & pl.col("PL_LA").is_null()


@row_rule("420", "Episodes", ["PL_LA"], reads={"Episodes": ["LS"]})
def placement_authority_of_short_break(_: ReturnData) -> pl.Expr:
    """Short break (V3 or V4) has an authority of placement.

    The authority follows from the placement's postcode, and no one placement is reported of short breaks.

    Fix: clear the postcode of the placement, or correct the legal status.

    Example:
        | Episodes             | LS | PL_LA       |
        | in an authority      | V3 | E06000023 * |
        | outside England      | V4 | SCO *       |
        | none                 | V3 |             |
        | another legal status | C2 | E06000023   |
        | no legal status      |    | E06000023   |
    """
    return short_break() & filled("PL_LA")


@row_rule(
    "1015", "Episodes", ["PL_LA"], reads={"Episodes": ["PLACE_PROVIDER", "PLACE", "LS"]}, needs=("local_authority",)
)
def own_provision_elsewhere(data: ReturnData) -> pl.Expr:
    """Placement provided by the own authority (PR1) is not in its area.

    Apart from fostering (U1 to U6) and adoption (A3 to A6), an authority's own provision is expected inside its area. A
    placement whose authority cannot be told counts as elsewhere. Short breaks (V3, V4) are left out.

    Fix: correct the placement's postcode, the provider or the placement.

    Example:
        | Episodes          | PLACE_PROVIDER | PLACE | LS | PL_LA       |
        | another authority | PR1            | K2    | C2 | E10000030 * |
        | outside England   | PR1            | H5    | C2 | WAL *       |
        | not known         | PR1            | K2    | C2 | *           |
        | own authority     | PR1            | K2    | C2 | E06000023   |
        | another provider  | PR2            | K2    | C2 | E10000030   |
        | no provider       |                | K2    | C2 | E10000030   |
        | adoption          | PR1            | A3    | C2 | E10000030   |
        | adoption          | PR1            | A6    | C2 |             |
        | fostering         | PR1            | U1    | C2 | E10000030   |
        | fostering         | PR1            | U6    | C2 | E10000030   |
        | no placement      | PR1            |       | C2 | E10000030   |
        | short break       | PR1            | K2    | V3 | E10000030   |
        | short break       | PR1            | K2    | V4 |             |
        | no legal status   | PR1            | K2    |    | E10000030   |

        | local_authority | code      |
        |                 | E06000023 |
    """
    own_provision = (
        (pl.col("PLACE_PROVIDER") == "PR1") & filled("PLACE") & none_of("PLACE", (*ADOPTION, *FOSTERING))
    )
    return own_provision & filled("LS") & not_short_break() & _elsewhere(data)


def _elsewhere(data: ReturnData) -> pl.Expr:
    """The placement's authority is not the sender; true where it is not known."""
    return pl.col("PL_LA").ne_missing(pl.lit(data.local_authority, pl.String))


# -- inside or outside -------------------------------------------------------------------------------------------------


@row_rule("179", "Episodes", ["PL_LOCATION"], reads={"Episodes": ["LS"]})
def placement_location_unknown(_: ReturnData) -> pl.Expr:
    """It cannot be told from the placement's postcode whether the child is placed inside the authority's area.

    It follows from the postcode, which must be there and be known, except in short breaks (V3, V4).

    Fix: enter or correct the postcode of the placement.

    Example:
        | Episodes        | LS | PL_LOCATION |
        | unknown         | C2 | *           |
        | no legal status |    | *           |
        | inside          | C2 | IN          |
        | outside         | C2 | OUT         |
        | short break     | V3 |             |
        | short break     | V4 |             |

    Example:
        | Episodes    | LS | PL_POST |
        | inside      | C2 | BS1 5TR |
        | in Scotland | C2 | EH1 1AA |
        | short break | V4 | BS1 5XX |

        | postcodes | pcd     | laua      |
        |           | BS1 5TR | E06000023 |
        |           | EH1 1AA | S12000036 |

        | local_authority | code      |
        |                 | E06000023 |
    """
    return not_short_break() & pl.col("PL_LOCATION").is_null()


@row_rule("411", "Episodes", ["PL_LOCATION"], reads={"Episodes": ["PL_LA"]}, needs=("local_authority",))
def inside_but_of_another_authority(data: ReturnData) -> pl.Expr:
    """Placement is marked as inside the authority's area, but is in another authority.

    The mark and the authority both follow from the postcode, so they can only disagree where the return brings its own.

    Fix: correct the mark or the authority of the placement in the system that made the return.

    Example:
        | Episodes            | PL_LOCATION | PL_LA     |
        | another authority   | IN *        | E10000030 |
        | outside England     | IN *        | SCO       |
        | no authority        | IN *        |           |
        | own authority       | IN          | E06000023 |
        | small letters       | in          | e06000023 |
        | the other way round | OUT         | E06000023 |
        | outside             | OUT         | E10000030 |
        | no mark             |             | E10000030 |

        | local_authority | code      |
        |                 | E06000023 |
    """
    return (pl.col("PL_LOCATION") == "IN") & _elsewhere(data)


# -- the distance ------------------------------------------------------------------------------------------------------


@row_rule("454", "Episodes", ["PL_DISTANCE"], since="2025-26")
def placement_very_far_from_home(_: ReturnData) -> pl.Expr:
    """Placement is more than 350 miles from the child's home.

    So far apart is nearly always a wrong postcode. 999.9 stands for a distance that is not known.

    Fix: check the postcodes of the home and of the placement.

    Example:
        | Episodes        | PL_DISTANCE |
        | just more       | 350.1 *     |
        | exactly         | 350         |
        | exactly         | 350.0       |
        | less            | 349.9       |
        | far more        | 1000 *      |
        | next to unknown | 999.8 *     |
        | not known       | 999.9       |
        | none            |             |
    """
    return (pl.col("PL_DISTANCE") > _FAR) & (pl.col("PL_DISTANCE") != _NO_DISTANCE)
