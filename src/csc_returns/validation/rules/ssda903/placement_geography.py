"""Where a placement is: postcode, authority, inside or outside the sender's area, and distance from home; this year and last."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule, row_rule
from csc_returns.validation.rules.ssda903.shared.care import not_short_break, short_break
from csc_returns.validation.rules.ssda903.shared.episodes import carried_over, changed_since_last_year
from csc_returns.validation.rules.ssda903.shared.geography import distance_changed, known_postcodes, looked_up
from csc_returns.validation.rules.ssda903.shared.groups import ADOPTION, FOSTERING
from csc_returns.validation.rules.ssda903.shared.values import any_filled, blank, filled, none_of, same_and_filled

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
    own_provision = (pl.col("PLACE_PROVIDER") == "PR1") & filled("PLACE") & none_of("PLACE", (*ADOPTION, *FOSTERING))
    return own_provision & filled("LS") & not_short_break() & _elsewhere(data)


def _elsewhere(data: ReturnData) -> pl.Expr:
    """The placement's authority is not the sender; true where it is not known."""
    return pl.col("PL_LA").ne_missing(pl.lit(data.local_authority, pl.String))


# -- inside or outside -------------------------------------------------------------------------------------------------


@row_rule("179", "Episodes", ["PL_LOCATION"], reads={"Episodes": ["LS"]})
def placement_location_unknown(_: ReturnData) -> pl.Expr:
    """It cannot be told from the postcode whether the placement is inside the authority's area.

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


# -- beside the episode that last year's return left open --------------------------------------------------------------


def _same_reason() -> pl.Expr:
    """Both years give the same reason for the new episode, and it is not blank."""
    return same_and_filled("RNE", "RNE_Episodes_last")


@frame_rule(
    "452",
    {"Episodes": ["PL_LA"]},
    reads={"Episodes": ["DECOM", "RNE"], "Episodes_last": ["DECOM", "DEC", "RNE", "PL_LA"]},
)
def authority_changed_within_episode(data: ReturnData) -> pl.LazyFrame:
    """First episode is placed in another authority than when last year's return left it open.

    The child's first episode by its start carries on last year's final one, if no end was entered in that.
    With one reason for both they are one and the same, and the placement stays where it is. Blank counts as a value.

    Fix: correct the postcode of the placement, or enter the move as a new episode.

    Example:
        | Episodes           | CHILD | DECOM      | RNE | PL_LA       |
        | another            | A     | 01/03/2025 | P   | E06000023 * |
        | same               | B     | 01/03/2025 | P   | E06000023   |
        | other reason       | C     | 01/03/2025 | S   | E06000023   |
        | no reason now      | D     | 01/03/2025 |     | E06000023   |
        | no reason before   | E     | 01/03/2025 | P   | E06000023   |
        | no reason in both  | F     | 01/03/2025 |     | E06000023   |
        | had ended          | G     | 01/03/2025 | P   | E06000023   |
        | end not a date     | H     | 01/03/2025 | P   | E06000023   |
        | not known now      | I     | 01/03/2025 | P   | *           |
        | not known before   | J     | 01/03/2025 | P   | WAL *       |
        | not known in both  | K     | 01/03/2025 | P   |             |
        | starts otherwise   | L     | 01/05/2025 | P   | E06000023 * |
        | not in last year's | M     | 01/03/2025 | P   | E06000023   |
        | no start           | N     |            | P   | E06000023   |
        | not the first      | B     | 01/05/2025 | P   | E10000030   |

        | Episodes_last | CHILD | DECOM      | DEC        | RNE | PL_LA     |
        |               | A     | 01/03/2025 |            | P   | E10000030 |
        |               | B     | 01/03/2025 |            | P   | E06000023 |
        |               | C     | 01/03/2025 |            | P   | E10000030 |
        |               | D     | 01/03/2025 |            | P   | E10000030 |
        |               | E     | 01/03/2025 |            |     | E10000030 |
        |               | F     | 01/03/2025 |            |     | E10000030 |
        |               | G     | 01/03/2025 | 31/03/2025 | P   | E10000030 |
        |               | H     | 01/03/2025 | 31/02/2025 | P   | E10000030 |
        |               | I     | 01/03/2025 |            | P   | E10000030 |
        |               | J     | 01/03/2025 |            | P   |           |
        |               | K     | 01/03/2025 |            | P   |           |
        |               | L     | 01/03/2025 |            | P   | E10000030 |
        |               | N     | 01/03/2025 |            | P   | E10000030 |
    """
    # Here the end must be blank as it was sent; the other rules also take one that cannot be read for none.
    return changed_since_last_year(data, "PL_LA").filter(_same_reason() & blank("DEC", "_Episodes_last"))


@frame_rule(
    "453",
    {"Episodes": ["PL_DISTANCE"]},
    reads={"Episodes": ["DECOM", "RNE"], "Episodes_last": ["DECOM", "DEC", "RNE", "PL_DISTANCE"]},
)
def distance_changed_within_episode(data: ReturnData) -> pl.LazyFrame:
    """First episode is placed at another distance from home than when last year's return left it open.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    With one reason for both they are one and the same, and the placement stays where it is. Less than 0.2 miles is
    let pass, and so is a distance that cannot be told any more; one that could not be told last year is not.

    Fix: correct the postcode of the home or the placement, or enter the move as a new episode.

    Example:
        | Episodes           | CHILD | DECOM      | RNE | PL_DISTANCE |
        | 0.2 miles more     | A     | 01/03/2025 | P   | 10.2 *      |
        | 0.2 miles less     | B     | 01/03/2025 | P   | 0.1 *       |
        | 0.1 miles more     | C     | 01/03/2025 | P   | 10.1        |
        | the same           | D     | 01/03/2025 | P   | 10.0        |
        | none before        | E     | 01/03/2025 | P   | 0.0 *       |
        | none now           | F     | 01/03/2025 | P   |             |
        | none in both       | G     | 01/03/2025 | P   |             |
        | had ended          | H     | 01/03/2025 | P   | 20.0        |
        | end not a date     | I     | 01/03/2025 | P   | 20.0 *      |
        | starts otherwise   | J     | 01/05/2025 | P   | 20.0 *      |
        | not in last year's | K     | 01/03/2025 | P   | 20.0        |
        | no start           | L     |            | P   | 20.0        |
        | other reason       | M     | 01/03/2025 | S   | 20.0        |
        | no reason now      | N     | 01/03/2025 |     | 20.0        |
        | no reason before   | O     | 01/03/2025 | P   | 20.0        |
        | no reason in both  | P     | 01/03/2025 |     | 20.0        |

        | Episodes_last | CHILD | DECOM      | DEC        | RNE | PL_DISTANCE |
        |               | A     | 01/03/2025 |            | P   | 10.0        |
        |               | B     | 01/03/2025 |            | P   | 0.3         |
        |               | C     | 01/03/2025 |            | P   | 10.0        |
        |               | D     | 01/03/2025 |            | P   | 10          |
        |               | E     | 01/03/2025 |            | P   |             |
        |               | F     | 01/03/2025 |            | P   | 10.0        |
        |               | G     | 01/03/2025 |            | P   |             |
        |               | H     | 01/03/2025 | 31/03/2025 | P   | 10.0        |
        |               | I     | 01/03/2025 | 31/02/2025 | P   | 10.0        |
        |               | J     | 01/03/2025 |            | P   | 10.0        |
        |               | L     | 01/03/2025 |            | P   | 10.0        |
        |               | M     | 01/03/2025 |            | P   | 10.0        |
        |               | N     | 01/03/2025 |            | P   | 10.0        |
        |               | O     | 01/03/2025 |            |     | 10.0        |
        |               | P     | 01/03/2025 |            |     | 10.0        |
    """
    changed = distance_changed("PL_DISTANCE", "PL_DISTANCE_Episodes_last")
    return carried_over(data).filter(_same_reason() & changed)


@frame_rule(
    "503G",
    {"Episodes": ["PL_DISTANCE"]},
    reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PL_DISTANCE"]},
)
def distance_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year is placed at another distance from home than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Less than 0.2 miles is let pass, and so is a distance that
    cannot be told any more; one that could not be told last year is not.

    Fix: correct the postcode of the home or the placement, or enter the move as a new episode.

    Example:
        | Episodes           | CHILD | DECOM      | PL_DISTANCE |
        | 0.2 miles more     | A     | 01/03/2025 | 10.2 *      |
        | 0.2 miles less     | B     | 01/03/2025 | 0.1 *       |
        | 0.1 miles more     | C     | 01/03/2025 | 10.1        |
        | the same           | D     | 01/03/2025 | 10.0        |
        | none before        | E     | 01/03/2025 | 0.0 *       |
        | none now           | F     | 01/03/2025 |             |
        | none in both       | G     | 01/03/2025 |             |
        | had ended          | H     | 01/03/2025 | 20.0        |
        | end not a date     | I     | 01/03/2025 | 20.0 *      |
        | starts otherwise   | J     | 01/05/2025 | 20.0 *      |
        | not in last year's | K     | 01/03/2025 | 20.0        |
        | no start           | L     |            | 20.0        |

        | Episodes_last | CHILD | DECOM      | DEC        | PL_DISTANCE |
        |               | A     | 01/03/2025 |            | 10.0        |
        |               | B     | 01/03/2025 |            | 0.3         |
        |               | C     | 01/03/2025 |            | 10.0        |
        |               | D     | 01/03/2025 |            | 10          |
        |               | E     | 01/03/2025 |            |             |
        |               | F     | 01/03/2025 |            | 10.0        |
        |               | G     | 01/03/2025 |            |             |
        |               | H     | 01/03/2025 | 31/03/2025 | 10.0        |
        |               | I     | 01/03/2025 | 31/02/2025 | 10.0        |
        |               | J     | 01/03/2025 |            | 10.0        |
        |               | L     | 01/03/2025 |            | 10.0        |
    """
    changed = distance_changed("PL_DISTANCE", "PL_DISTANCE_Episodes_last")
    return carried_over(data).filter(changed)


@frame_rule("503H", {"Episodes": ["PL_LA"]}, reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PL_LA"]})
def authority_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """First episode of this year is placed in another authority than last year's open final one.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the postcode of the placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PL_LA       |
        | another                    | A     | 01/03/2025 | E06000023 * |
        | same                       | B     | 01/03/2025 | E06000023   |
        | last year's had ended      | C     | 01/03/2025 | E06000023   |
        | last year's end not a date | D     | 01/03/2025 | E06000023 * |
        | blank now                  | E     | 01/03/2025 | *           |
        | blank before               | F     | 01/03/2025 | E06000023 * |
        | blank in both              | G     | 01/03/2025 |             |
        | no start                   | J     |            | E06000023   |

        | Episodes_last | CHILD | DECOM      | DEC        | PL_LA     |
        |               | A     | 01/03/2025 |            | E10000030 |
        |               | B     | 01/03/2025 |            | E06000023 |
        |               | C     | 01/03/2025 | 31/03/2025 | E10000030 |
        |               | D     | 01/03/2025 | 31/02/2025 | E10000030 |
        |               | E     | 01/03/2025 |            | E10000030 |
        |               | F     | 01/03/2025 |            |           |
        |               | G     | 01/03/2025 |            |           |
        |               | J     | 01/03/2025 |            | E10000030 |
    """
    return changed_since_last_year(data, "PL_LA")


@frame_rule(
    "503J",
    {"Episodes": ["PL_LOCATION"]},
    reads={"Episodes": ["DECOM"], "Episodes_last": ["DECOM", "DEC", "PL_LOCATION"]},
)
def location_differs_from_last_year(data: ReturnData) -> pl.LazyFrame:
    """Placement inside or outside the area is not as in last year's open final episode.

    The child's first episode by its start carries on last year's final one, if that had no end that can be read.
    Nothing about an open episode changes at the turn of the year. Blank counts as a value.

    Fix: correct the postcode of the placement, or enter the move as a new episode.

    Example:
        | Episodes                   | CHILD | DECOM      | PL_LOCATION |
        | another                    | A     | 01/03/2025 | IN *        |
        | same                       | B     | 01/03/2025 | IN          |
        | last year's had ended      | C     | 01/03/2025 | IN          |
        | last year's end not a date | D     | 01/03/2025 | IN *        |
        | blank now                  | E     | 01/03/2025 | *           |
        | blank before               | F     | 01/03/2025 | IN *        |
        | blank in both              | G     | 01/03/2025 |             |
        | no start                   | J     |            | IN          |

        | Episodes_last | CHILD | DECOM      | DEC        | PL_LOCATION |
        |               | A     | 01/03/2025 |            | OUT         |
        |               | B     | 01/03/2025 |            | IN          |
        |               | C     | 01/03/2025 | 31/03/2025 | OUT         |
        |               | D     | 01/03/2025 | 31/02/2025 | OUT         |
        |               | E     | 01/03/2025 |            | OUT         |
        |               | F     | 01/03/2025 |            |             |
        |               | G     | 01/03/2025 |            |             |
        |               | J     | 01/03/2025 |            | OUT         |
    """
    return changed_since_last_year(data, "PL_LOCATION")
