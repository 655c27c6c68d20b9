"""How old a child was when an episode began: being born, criminal responsibility, placements, and growing up."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.birthdays import aged, birthday
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_header, first_episodes
from csc_returns.validation.rules.ssda903.shared.groups import STARTED
from csc_returns.validation.rules.ssda903.shared.values import blank, none_of, one_of

# -- any placement -----------------------------------------------------------------------------------------------------


@frame_rule("302", {"Episodes": ["DECOM"], "Header": ["DOB"]})
def in_care_before_birth(data: ReturnData) -> pl.LazyFrame:
    """Child's first episode of the return starts before the child was born.

    A child can be looked after from the day of birth. Only the earliest episode is looked at, the first in the file of
    several with that date.

    Fix: correct the date of birth or the start of the episode.

    Example:
        | Header            | CHILD | DOB          |
        |                   | A     | 02/05/2025 * |
        | born the same day | B     | 02/05/2025   |
        | no date of birth  | C     |              |
        | not a date        | D     | 2025-05-02   |
        | no episodes       | E     | 02/05/2025   |
        | no dated episode  | F     | 02/05/2025   |
        |                   | G     | 02/05/2025 * |

        | Episodes           | CHILD | DECOM        |
        | later in the file  | A     | 30/04/2025   |
        | a day before       | A     | 29/04/2025 * |
        | same day           | B     | 02/05/2025   |
        | a day later        | B     | 03/05/2025   |
        |                    | C     | 01/05/2025   |
        |                    | D     | 01/05/2025   |
        | no start           | F     |              |
        | start not a date   | F     | 2025-05-01   |
        | the first of a day | G     | 01/05/2025 * |
        | the same day       | G     | 01/05/2025   |
        | undated            | G     |              |
        | no header          | H     | 01/05/2025   |
    """
    born = data["Header"].select("child", "Header", "DOB")
    return data.shared(first_episodes).join(born, on="child").filter(pl.col("DOB") > pl.col("DECOM"))


@frame_rule("352", {"Episodes": ["DECOM", "RNE"]}, reads={"Header": ["DOB"]})
def care_started_at_18(data: ReturnData) -> pl.LazyFrame:
    """Young person started to be looked after (RNE of S) on the 18th birthday or later.

    Care is for children, so no period of care can begin once they are 18.

    Fix: correct the date of birth or the start of the episode, or remove an episode that is not care.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2007 |
        | leap day         | B     | 29/02/2008 |
        | no date of birth | C     |            |
        | not a date       | D     | 2007-05-02 |

        | Episodes         | CHILD | DECOM        | RNE |
        | the day before   | A     | 01/05/2025   | S   |
        | on the birthday  | A     | 02/05/2025 * | S * |
        | a day later      | A     | 03/05/2025 * | S * |
        | went on          | A     | 03/05/2025   | P   |
        | no reason        | A     | 03/05/2025   |     |
        | no start         | A     |              | S   |
        | start not a date | A     | 2025-05-03   | S   |
        | the day before   | B     | 27/02/2026   | S   |
        | on the birthday  | B     | 28/02/2026 * | S * |
        |                  | C     | 03/05/2025   | S   |
        |                  | D     | 03/05/2025   | S   |
        | no header        | E     | 03/05/2025   | S   |
    """
    started = (pl.col("RNE") == STARTED) & aged(18, pl.col("DECOM"))
    return data.shared(episodes_with_header).filter(started).select("Episodes").unique()


@frame_rule("358", {"Episodes": ["DECOM", "LS"], "Header": ["DOB"]})
def youth_justice_below_10(data: ReturnData) -> pl.LazyFrame:
    """Child under 10 has a legal status of youth justice (J1 to J3).

    Nobody can be detained, remanded or sentenced for an offence before the 10th birthday.

    Fix: correct the legal status, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB          |
        |                  | A     | 02/05/2015 * |
        | leap day         | B     | 29/02/2016 * |
        | no date of birth | C     |              |
        | not a date       | D     | 2020-05-02   |

        | Episodes         | CHILD | DECOM        | LS   |
        | the day before   | A     | 01/05/2025 * | J1 * |
        | the day before   | A     | 01/05/2025 * | J2 * |
        | the day before   | A     | 01/05/2025 * | J3 * |
        | on the birthday  | A     | 02/05/2025   | J1   |
        | a day later      | A     | 03/05/2025   | J1   |
        | another status   | A     | 01/05/2025   | C2   |
        | no legal status  | A     | 01/05/2025   |      |
        | no start         | A     |              | J1   |
        | start not a date | A     | 2025-05-01   | J1   |
        | the day before   | B     | 27/02/2026 * | J2 * |
        | on the birthday  | B     | 28/02/2026   | J2   |
        |                  | C     | 01/05/2025   | J1   |
        |                  | D     | 01/05/2025   | J1   |
        | no header        | E     | 01/05/2025   | J1   |
    """
    below_10 = one_of("LS", ["J1", "J2", "J3"]) & (pl.col("DECOM") < birthday(10))
    return data.shared(episodes_with_header).filter(below_10)


@frame_rule("359", {"Episodes": ["DEC", "LS", "PLACE"]}, reads={"Header": ["DOB"]})
def still_in_care_after_18(data: ReturnData) -> pl.LazyFrame:
    """Episode is still open although the young person turned 18 before the end of the year.

    Care ends with the 18th birthday. The exception is a young person accommodated by agreement (V2) in a children's home
    (K2). Anything in the date of the end counts as an end, even if it is not a date.

    Fix: enter when and why the episode ceased, or correct the date of birth, the legal status or the placement.

    Example:
        | Header              | CHILD | DOB        |
        | 18 the day before   | A     | 30/03/2008 |
        | 18 on the last day  | B     | 31/03/2008 |
        | leap day, 18 before | C     | 29/02/2008 |
        | no date of birth    | D     |            |
        | not a date          | E     | 2007-05-02 |

        | Episodes          | CHILD | DECOM      | DEC        | LS   | PLACE |
        | open              | A     | 02/05/2025 | *          | C2 * | U6 *  |
        | another placement | A     | 02/05/2025 | *          | V2 * | U6 *  |
        | another status    | A     | 02/05/2025 | *          | C2 * | K2 *  |
        | no status         | A     | 02/05/2025 | *          | *    | K2 *  |
        | no placement      | A     | 02/05/2025 | *          | V2 * | *     |
        | neither, no start | A     |            | *          | *    | *     |
        | may stay          | A     | 02/05/2025 |            | V2   | K2    |
        | ended             | A     | 02/05/2025 | 02/06/2025 | C2   | U6    |
        | ended later       | A     | 02/05/2025 | 02/06/2026 | C2   | U6    |
        | not a date        | A     | 02/05/2025 | 2025-06-02 | C2   | U6    |
        |                   | B     | 02/05/2025 |            | C2   | U6    |
        |                   | C     | 02/05/2025 | *          | C2 * | U6 *  |
        |                   | D     | 02/05/2025 |            | C2   | U6    |
        |                   | E     | 02/05/2025 |            | C2   | U6    |
        | no header         | F     | 02/05/2025 |            | C2   | U6    |
    """
    cannot_stay = none_of("LS", ["V2"]) | none_of("PLACE", ["K2"])
    too_old = (birthday(18) < data.end) & blank("DEC") & cannot_stay
    return data.shared(episodes_with_header).filter(too_old).select("Episodes").unique()


# -- placements with a youngest age ------------------------------------------------------------------------------------


def _placed_below(data: ReturnData, place: str, age: int) -> pl.LazyFrame:
    """Ended episodes in a placement that began before the child had reached an age."""
    below = (pl.col("PLACE") == place) & pl.col("DEC").is_not_null() & (pl.col("DECOM") < birthday(age))
    return data.shared(episodes_with_header).filter(below).select("Episodes").unique()


@frame_rule(
    "370",
    {"Episodes": ["DECOM", "PLACE"]},
    reads={"Episodes": ["DEC"], "Header": ["DOB"]},
    since="2023-24",
    until="2023-24",
)
def independent_living_below_16(data: ReturnData) -> pl.LazyFrame:
    """Independent living (P2) begins before the 16th birthday.

    A younger child cannot live alone. Only episodes that ended are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2007 |
        | leap day         | B     | 29/02/2008 |
        | no date of birth | C     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2023 * | P2 *  | 02/06/2023 |
        | on the birthday   | A     | 02/05/2023   | P2    | 02/06/2023 |
        | another placement | A     | 01/05/2023   | P1    | 02/06/2023 |
        | no placement      | A     | 01/05/2023   |       | 02/06/2023 |
        | still open        | A     | 01/05/2023   | P2    |            |
        | end not a date    | A     | 01/05/2023   | P2    | 2023-06-02 |
        | no start          | A     |              | P2    | 02/06/2023 |
        | the day before    | B     | 28/02/2024 * | P2 *  | 02/03/2024 |
        | on the birthday   | B     | 29/02/2024   | P2    | 02/03/2024 |
        |                   | C     | 01/05/2023   | P2    | 02/06/2023 |
        | no header         | D     | 01/05/2023   | P2    | 02/06/2023 |
    """
    return _placed_below(data, "P2", 16)


@frame_rule("370", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def independent_living_below_15(data: ReturnData) -> pl.LazyFrame:
    """Independent living (P2) begins before the 15th birthday.

    A younger child cannot live alone. Only episodes that ended are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2007 |
        | no date of birth | B     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2022 * | P2 *  | 02/06/2022 |
        | on the birthday   | A     | 02/05/2022   | P2    | 02/06/2022 |
        | another placement | A     | 01/05/2022   | P1    | 02/06/2022 |
        | no placement      | A     | 01/05/2022   |       | 02/06/2022 |
        | still open        | A     | 01/05/2022   | P2    |            |
        | no start          | A     |              | P2    | 02/06/2022 |
        |                   | B     | 01/05/2022   | P2    | 02/06/2022 |
        | no header         | C     | 01/05/2022   | P2    | 02/06/2022 |
    """
    return _placed_below(data, "P2", 15)


@frame_rule("371", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]}, since="2024-25")
def supported_accommodation_below_16(data: ReturnData) -> pl.LazyFrame:
    """Supported accommodation (K3) begins before the 16th birthday.

    Supported accommodation is meant for young people of 16 and 17. Only episodes that ended are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2009 |
        | leap day         | B     | 29/02/2012 |
        | no date of birth | C     |            |
        | not a date       | D     | 2012-05-02 |

        | Episodes         | CHILD | DECOM        | PLACE | DEC        |
        | the day before   | A     | 01/05/2025 * | K3 *  | 02/06/2025 |
        | on the birthday  | A     | 02/05/2025   | K3    | 02/06/2025 |
        | a day later      | A     | 03/05/2025   | K3    | 02/06/2025 |
        | the code of old  | A     | 01/05/2025   | H5    | 02/06/2025 |
        | no placement     | A     | 01/05/2025   |       | 02/06/2025 |
        | still open       | A     | 01/05/2025   | K3    |            |
        | end not a date   | A     | 01/05/2025   | K3    | 2025-06-02 |
        | no start         | A     |              | K3    | 02/06/2025 |
        | start not a date | A     | 2025-05-01   | K3    | 02/06/2025 |
        | years before     | B     | 28/02/2026 * | K3 *  | 02/03/2026 |
        |                  | C     | 01/05/2025   | K3    | 02/06/2025 |
        |                  | D     | 01/05/2025   | K3    | 02/06/2025 |
        | no header        | E     | 01/05/2025   | K3    | 02/06/2025 |
    """
    return _placed_below(data, "K3", 16)


@frame_rule("371", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]}, since="2023-24")
def semi_independent_living_below_16(data: ReturnData) -> pl.LazyFrame:
    """Semi-independent living (H5) begins before the 16th birthday.

    Accommodation without the rules of a children's home is meant for young people of 16 and 17. Only episodes that ended
    are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2007 |
        | no date of birth | B     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2023 * | H5 *  | 02/06/2023 |
        | on the birthday   | A     | 02/05/2023   | H5    | 02/06/2023 |
        | another placement | A     | 01/05/2023   | K2    | 02/06/2023 |
        | no placement      | A     | 01/05/2023   |       | 02/06/2023 |
        | still open        | A     | 01/05/2023   | H5    |            |
        | no start          | A     |              | H5    | 02/06/2023 |
        |                   | B     | 01/05/2023   | H5    | 02/06/2023 |
        | no header         | C     | 01/05/2023   | H5    | 02/06/2023 |
    """
    return _placed_below(data, "H5", 16)


@frame_rule("371", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def semi_independent_living_below_14(data: ReturnData) -> pl.LazyFrame:
    """Semi-independent living (H5) begins before the 14th birthday.

    Accommodation without the rules of a children's home is not meant for younger children. Only episodes that ended are
    looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2008 |
        | no date of birth | B     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2022 * | H5 *  | 02/06/2022 |
        | on the birthday   | A     | 02/05/2022   | H5    | 02/06/2022 |
        | another placement | A     | 01/05/2022   | K2    | 02/06/2022 |
        | no placement      | A     | 01/05/2022   |       | 02/06/2022 |
        | still open        | A     | 01/05/2022   | H5    |            |
        | no start          | A     |              | H5    | 02/06/2022 |
        |                   | B     | 01/05/2022   | H5    | 02/06/2022 |
        | no header         | C     | 01/05/2022   | H5    | 02/06/2022 |
    """
    return _placed_below(data, "H5", 14)


@frame_rule("372", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def custody_placement_below_10(data: ReturnData) -> pl.LazyFrame:
    """Placement in custody (R5) begins before the 10th birthday.

    A child under 10 cannot be held in custody for an offence. Only episodes that ended are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2015 |
        | leap day         | B     | 29/02/2016 |
        | no date of birth | C     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2025 * | R5 *  | 02/06/2025 |
        | on the birthday   | A     | 02/05/2025   | R5    | 02/06/2025 |
        | another placement | A     | 01/05/2025   | R2    | 02/06/2025 |
        | no placement      | A     | 01/05/2025   |       | 02/06/2025 |
        | still open        | A     | 01/05/2025   | R5    |            |
        | end not a date    | A     | 01/05/2025   | R5    | 2025-06-02 |
        | no start          | A     |              | R5    | 02/06/2025 |
        | the day before    | B     | 27/02/2026 * | R5 *  | 02/03/2026 |
        | on the birthday   | B     | 28/02/2026   | R5    | 02/03/2026 |
        |                   | C     | 01/05/2025   | R5    | 02/06/2025 |
        | no header         | D     | 01/05/2025   | R5    | 02/06/2025 |
    """
    return _placed_below(data, "R5", 10)


@frame_rule("373", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def school_below_4(data: ReturnData) -> pl.LazyFrame:
    """Placement in a residential school (S1) begins before the 4th birthday.

    Boarding at school is not for children who are too young for school. Only episodes that ended are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2021 |
        | no date of birth | B     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2025 * | S1 *  | 02/06/2025 |
        | on the birthday   | A     | 02/05/2025   | S1    | 02/06/2025 |
        | another placement | A     | 01/05/2025   | K2    | 02/06/2025 |
        | no placement      | A     | 01/05/2025   |       | 02/06/2025 |
        | still open        | A     | 01/05/2025   | S1    |            |
        | no start          | A     |              | S1    | 02/06/2025 |
        |                   | B     | 01/05/2025   | S1    | 02/06/2025 |
        | no header         | C     | 01/05/2025   | S1    | 02/06/2025 |
    """
    return _placed_below(data, "S1", 4)


@frame_rule("374", {"Episodes": ["DECOM", "PLACE"]}, reads={"Episodes": ["DEC"], "Header": ["DOB"]})
def residential_employment_below_14(data: ReturnData) -> pl.LazyFrame:
    """Placement in residential employment (P3) begins before the 14th birthday.

    A child who lives where they work is of working age. Only episodes that ended are looked at.

    Fix: correct the placement, the date of birth or the start of the episode.

    Example:
        | Header           | CHILD | DOB        |
        |                  | A     | 02/05/2011 |
        | leap day         | B     | 29/02/2012 |
        | no date of birth | C     |            |

        | Episodes          | CHILD | DECOM        | PLACE | DEC        |
        | the day before    | A     | 01/05/2025 * | P3 *  | 02/06/2025 |
        | on the birthday   | A     | 02/05/2025   | P3    | 02/06/2025 |
        | another placement | A     | 01/05/2025   | P1    | 02/06/2025 |
        | no placement      | A     | 01/05/2025   |       | 02/06/2025 |
        | still open        | A     | 01/05/2025   | P3    |            |
        | no start          | A     |              | P3    | 02/06/2025 |
        | the day before    | B     | 27/02/2026 * | P3 *  | 02/03/2026 |
        | on the birthday   | B     | 28/02/2026   | P3    | 02/03/2026 |
        |                   | C     | 01/05/2025   | P3    | 02/06/2025 |
        | no header         | D     | 01/05/2025   | P3    | 02/06/2025 |
    """
    return _placed_below(data, "P3", 14)
