"""What the register of providers says of a placement's URN: kinds of placement and provider, place, end of registration."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import end_or_window_end, not_short_break
from csc_returns.validation.rules.ssda903.shared.providers import (
    authorities_can_be_known,
    elsewhere_than_registered,
    episodes_with_provider,
    episodes_with_urn,
    not_in_register,
    not_listed,
    providers_in_own_area,
)
from csc_returns.validation.rules.ssda903.shared.values import filled, one_of


@frame_rule("1008", {"Episodes": ["URN"]}, needs=("providers",))
def urn_not_in_register(data: ReturnData) -> pl.LazyFrame:
    """URN is not in the register of providers.

    The register holds the providers that are open and those that have closed. The placeholder XXXXXXX is let pass.

    Fix: correct the URN, or look for it in a newer register.

    Example:
        | Episodes        | URN        |
        | not there       | SC999999 * |
        | six letters X   | XXXXXX *   |
        | one zero less   | 12345 *    |
        | there           | SC123456   |
        | there, small    | sc123456   |
        | there, a number | 0012345    |
        | the placeholder | XXXXXXX    |
        | blank           |            |

        | providers     | URN      |
        |               | SC123456 |
        | twice         | SC123456 |
        |               | 0012345  |
        | without a URN |          |
    """
    return not_in_register(data)


@frame_rule("219", {"Episodes": ["URN", "PLACE"]}, needs=("providers",))
def provider_without_this_placement_type(data: ReturnData) -> pl.LazyFrame:
    """Register does not list the placement type for the provider with this URN.

    It says for each provider which placements it offers. A URN that is not in the register lists none.

    Fix: correct the URN or the placement.

    Example:
        | Episodes            | URN        | PLACE |
        | listed alone        | SC123456   | K2    |
        | listed second       | SC234567   | S1    |
        | in another row      | SC234567   | R3    |
        | not listed          | SC123456 * | K1 *  |
        | only part of a code | SC123456 * | K *   |
        | no placement        | SC123456 * | *     |
        | no list             | SC345678 * | K2 *  |
        | no list, no type    | SC345678 * | *     |
        | not in the register | SC999999 * | K2 *  |
        | the placeholder     | XXXXXXX    | K2    |
        | no URN              |            | K2    |

        | providers | URN      | PLACE_CODES |
        |           | SC123456 | K2          |
        |           | SC234567 | K1,S1       |
        | again     | SC234567 | R3,K2       |
        |           | SC345678 |             |
        | no URN    |          | K2          |
    """
    return not_listed(data, "PLACE", "PLACE_CODES")


@frame_rule("224", {"Episodes": ["PLACE_PROVIDER"]}, reads={"Episodes": ["URN"]}, needs=("providers",))
def provider_of_another_kind(data: ReturnData) -> pl.LazyFrame:
    """Register does not list the code of the placement's provider for this URN.

    It says for each URN which kinds of provider (PR0 to PR5) it can be. A URN that is not in the register lists none.

    Fix: correct the URN or the code of the provider.

    Example:
        | Episodes            | URN      | PLACE_PROVIDER |
        | listed alone        | SC123456 | PR4            |
        | listed second       | SC234567 | PR2            |
        | in another row      | SC234567 | PR3            |
        | not listed          | SC123456 | PR1 *          |
        | only part of a code | SC123456 | PR *           |
        | no provider         | SC123456 | *              |
        | no list             | SC345678 | PR4 *          |
        | not in the register | SC999999 | PR4 *          |
        | the placeholder     | XXXXXXX  | PR4            |
        | no URN              |          | PR4            |

        | providers | URN      | PROVIDER_CODES |
        |           | SC123456 | PR4            |
        |           | SC234567 | PR1,PR2        |
        | again     | SC234567 | PR3,PR4        |
        |           | SC345678 |                |
    """
    return not_listed(data, "PLACE_PROVIDER", "PROVIDER_CODES")


def _other_postcode(data: ReturnData, placements: Iterable[str]) -> pl.LazyFrame:
    """Episodes in one of the placements, no short breaks, whose postcode is not the one registered for the URN."""
    in_scope = not_short_break() & one_of("PLACE", placements) & filled("PL_POST")
    return elsewhere_than_registered(data).filter(in_scope)


@frame_rule(
    "221",
    {"Episodes": ["PL_POST"]},
    since="2024-25",
    reads={"Episodes": ["URN", "LS", "PLACE"]},
    needs=("providers",),
)
def postcode_is_not_the_providers(data: ReturnData) -> pl.LazyFrame:
    """Postcode of a home, centre or school is not the one registered for its URN.

    In placements K1, K2, K3, R3 and S1 the child lives where the provider is. Spaces make no difference. A provider that is not
    in the register, or has no postcode there, counts as another one. Short breaks (V3, V4) are left out.

    Fix: correct the URN or the postcode of the placement.

    Example:
        | Episodes            | URN      | PL_POST   | PLACE | LS |
        | the same            | SC123456 | BS1 5TR   | K1    | C2 |
        | other spaces        | SC123456 | B S15TR   | K2    | C2 |
        | the second of two   | SC234567 | BS1 5TS   | K2    | C2 |
        | another             | SC123456 | BS1 5TT * | K1    | C2 |
        | another             | SC123456 | BS1 5TT * | K2    | C2 |
        | another             | SC123456 | BS1 5TT * | K3    | C2 |
        | another             | SC123456 | BS1 5TT * | R3    | C2 |
        | another             | SC123456 | BS1 5TT * | S1    | C2 |
        | of another provider | SC123456 | BS1 5TS * | K1    | C2 |
        | none of two         | SC234567 | BS1 5TT * | K1    | C2 |
        | no legal status     | SC123456 | BS1 5TT * | K2    |    |
        | none registered     | SC345678 | BS1 5TR * | K2    | C2 |
        | not in the register | SC999999 | BS1 5TR * | K2    | C2 |
        | short break         | SC123456 | BS1 5TT   | K2    | V3 |
        | short break         | SC123456 | BS1 5TT   | K2    | V4 |
        | with a foster carer | SC123456 | BS1 5TT   | U6    | C2 |
        | code that has ended | SC123456 | BS1 5TT   | H5    | C2 |
        | no placement        | SC123456 | BS1 5TT   |       | C2 |
        | no postcode         | SC123456 |           | K2    | C2 |
        | the placeholder     | XXXXXXX  | BS1 5TT   | K2    | C2 |
        | no URN              |          | BS1 5TT   | K2    | C2 |

        | providers | URN      | POSTCODE |
        |           | SC123456 | bs15tr   |
        |           | SC234567 | BS1 5TR  |
        | again     | SC234567 | BS1 5TS  |
        |           | SC345678 |          |
    """
    return _other_postcode(data, ["K1", "K2", "K3", "R3", "S1"])


@frame_rule(
    "221",
    {"Episodes": ["PL_POST"]},
    since="2023-24",
    reads={"Episodes": ["URN", "LS", "PLACE"]},
    needs=("providers",),
)
def postcode_is_not_the_providers_in_2023_24(data: ReturnData) -> pl.LazyFrame:
    """Postcode of a home, centre or school is not the one registered for its URN.

    In placements H5, K1, K2, R3 and S1 the child lives where the provider is. Spaces make no difference. A provider that is not
    in the register, or has no postcode there, counts as another one. Short breaks (V3, V4) are left out.

    Fix: correct the URN or the postcode of the placement.

    Example:
        | Episodes              | URN      | PL_POST   | PLACE | LS |
        | the same              | SC123456 | BS1 5TR   | H5    | C2 |
        | another               | SC123456 | BS1 5TT * | H5    | C2 |
        | another               | SC123456 | BS1 5TT * | K1    | C2 |
        | another               | SC123456 | BS1 5TT * | S1    |    |
        | none registered       | SC345678 | BS1 5TR * | R3    | C2 |
        | not in the register   | SC999999 | BS1 5TR * | K2    | C2 |
        | short break           | SC123456 | BS1 5TT   | H5    | V4 |
        | a code of later years | SC123456 | BS1 5TT   | K3    | C2 |
        | no placement          | SC123456 | BS1 5TT   |       | C2 |
        | no postcode           | SC123456 |           | K2    | C2 |
        | the placeholder       | XXXXXXX  | BS1 5TT   | K2    | C2 |
        | no URN                |          | BS1 5TT   | K2    | C2 |

        | providers | URN      | POSTCODE |
        |           | SC123456 | BS1 5TR  |
        |           | SC345678 |          |
    """
    return _other_postcode(data, ["H5", "K1", "K2", "R3", "S1"])


@frame_rule("221", {"Episodes": ["PL_POST"]}, reads={"Episodes": ["URN", "LS", "PLACE"]}, needs=("providers",))
def postcode_is_not_the_providers_in_2022_23(data: ReturnData) -> pl.LazyFrame:
    """Postcode of a home, centre or school is not the one registered for its URN.

    In placements K1, K2, R3 and S1 the child lives where the provider is. Spaces make no difference. A provider that is not in
    the register, or has no postcode there, counts as another one. Short breaks (V3, V4) are left out.

    Fix: correct the URN or the postcode of the placement.

    Example:
        | Episodes            | URN      | PL_POST   | PLACE | LS |
        | the same            | SC123456 | BS15TR    | K1    | C2 |
        | another             | SC123456 | BS1 5TT * | K1    | C2 |
        | another             | SC123456 | BS1 5TT * | S1    |    |
        | none registered     | SC345678 | BS1 5TR * | R3    | C2 |
        | not in the register | SC999999 | BS1 5TR * | K2    | C2 |
        | short break         | SC123456 | BS1 5TT   | K1    | V3 |
        | semi-independent    | SC123456 | BS1 5TT   | H5    | C2 |
        | no placement        | SC123456 | BS1 5TT   |       | C2 |
        | no postcode         | SC123456 |           | K2    | C2 |
        | the placeholder     | XXXXXXX  | BS1 5TT   | K2    | C2 |
        | no URN              |          | BS1 5TT   | K2    | C2 |

        | providers | URN      | POSTCODE |
        |           | SC123456 | BS1 5TR  |
        |           | SC345678 |          |
    """
    return _other_postcode(data, ["K1", "K2", "R3", "S1"])


@frame_rule("227", {"Episodes": ["URN", "DECOM"]}, needs=("providers",))
def starts_once_registration_had_ended(data: ReturnData) -> pl.LazyFrame:
    """Episode starts on the day on which the provider's registration ended, or later.

    A provider that has closed takes no child in.

    Fix: correct the URN or the date on which the episode started.

    Example:
        | Episodes            | URN        | DECOM        |
        | a day before        | SC123456   | 30/06/2025   |
        | the same day        | SC123456 * | 01/07/2025 * |
        | a day later         | SC123456 * | 02/07/2025 * |
        | no start            | SC123456   |              |
        | not a date          | SC123456   | 31/09/2025   |
        | one of two rows     | SC234567 * | 02/07/2025 * |
        | still registered    | SC345678   | 02/07/2025   |
        | not in the register | SC999999   | 02/07/2025   |
        | the placeholder     | XXXXXXX    | 02/07/2025   |
        | no URN              |            | 02/07/2025   |

        | providers | URN      | REG_END    |
        |           | SC123456 | 2025-07-01 |
        |           | SC234567 | 2025-07-01 |
        | again     | SC234567 |            |
        |           | SC345678 |            |
    """
    return _at_closed_provider(data, pl.col("DECOM") >= pl.col("REG_END"))


@frame_rule("228", {"Episodes": ["URN", "DEC"]}, needs=("providers",))
def goes_on_once_registration_had_ended(data: ReturnData) -> pl.LazyFrame:
    """Episode goes on after the day on which the provider's registration ended.

    An episode without an end, or with one that cannot be read, goes on to the last day of the year.

    Fix: correct the URN, or enter the date on which the child left the placement.

    Example:
        | Episodes            | URN        | DEC          |
        | a day before        | SC123456   | 30/06/2025   |
        | the same day        | SC123456   | 01/07/2025   |
        | a day later         | SC123456 * | 02/07/2025 * |
        | open                | SC123456 * | *            |
        | not a date          | SC123456 * | 31/04/2025 * |
        | to the day before   | SC234567 * | *            |
        | to the last day     | SC345678   |              |
        | one of two rows     | SC456789 * | *            |
        | still registered    | SC567890   |              |
        | not in the register | SC999999   |              |
        | the placeholder     | XXXXXXX    |              |
        | no URN              |            |              |

        | providers      | URN      | REG_END    |
        |                | SC123456 | 2025-07-01 |
        | the day before | SC234567 | 2026-03-30 |
        | the last day   | SC345678 | 2026-03-31 |
        |                | SC456789 | 2025-07-01 |
        | again          | SC456789 |            |
        |                | SC567890 |            |
    """
    return _at_closed_provider(data, end_or_window_end(data, unreadable=True) > pl.col("REG_END"))


def _at_closed_provider(data: ReturnData, too_late: pl.Expr) -> pl.LazyFrame:
    """Episodes that are too late for the end of registration in some row of the register; each once."""
    return episodes_with_provider(data).filter(too_late).select("Episodes").unique()


@frame_rule("229", {"Episodes": ["URN", "PLACE_PROVIDER"]}, needs=("providers", "local_authority"))
def own_or_other_provision_contradicts_register(data: ReturnData) -> pl.LazyFrame:
    """Provider is said to be the own authority's (PR1) or another's (PR2), but its area says otherwise.

    The area is that of the registered postcode, unless the register says it itself. An area that cannot be told is not the own
    one; of a provider in several rows of the register one in the own area is enough.

    Fix: correct the URN or the code of the provider.

    Example:
        | Episodes                | URN        | PLACE_PROVIDER |
        | own, stands inside      | SC123456   | PR1            |
        | own, stands outside     | SC234567 * | PR1 *          |
        | own, no such postcode   | SC345678 * | PR1 *          |
        | own, no postcode        | SC456789 * | PR1 *          |
        | own, not in register    | SC999999 * | PR1 *          |
        | other, stands inside    | SC123456 * | PR2 *          |
        | other, stands outside   | SC234567   | PR2            |
        | other, no such postcode | SC345678   | PR2            |
        | other, not in register  | SC999999   | PR2            |
        | own, one of two inside  | SC567890   | PR1            |
        | other, one of two       | SC567890 * | PR2 *          |
        | private                 | SC234567   | PR4            |
        | no provider             | SC234567   |                |
        | the placeholder         | XXXXXXX    | PR1            |
        | no URN                  |            | PR1            |

        | providers | URN      | POSTCODE |
        |           | SC123456 | BS15TR   |
        |           | SC234567 | KT22 9AB |
        |           | SC345678 | BS1 5XX  |
        |           | SC456789 |          |
        |           | SC567890 | KT22 9AB |
        |           | SC567890 | BS1 5TR  |

        | postcodes | pcd     | laua      |
        |           | BS1 5TR | E06000023 |
        |           | KT229AB | E07000207 |

        | local_authority | code      |
        |                 | E06000023 |

    Example:
        | Episodes   | URN        | PLACE_PROVIDER |
        | a county's | SC234567   | PR1            |
        | a county's | SC234567 * | PR2 *          |
        | another's  | SC123456 * | PR1 *          |

        | providers | URN      | POSTCODE |
        |           | SC123456 | BS1 5TR  |
        |           | SC234567 | KT22 9AB |

        | postcodes | pcd     | laua      |
        |           | BS1 5TR | E06000023 |
        |           | KT229AB | E07000207 |

        | local_authority | code      |
        |                 | E10000030 |

    Example:
        | Episodes             | URN        | PLACE_PROVIDER |
        | register says inside | SC123456   | PR1            |
        | register says inside | SC123456 * | PR2 *          |
        | register says other  | SC234567 * | PR1 *          |

        | providers | URN      | LA_CODE_INFERRED |
        |           | SC123456 | E06000023        |
        |           | SC234567 | E10000030        |

        | local_authority | code      |
        |                 | E06000023 |
    """
    episodes = data.shared(episodes_with_urn)
    if not authorities_can_be_known(data):
        return episodes.clear()
    inside = data.shared(providers_in_own_area)
    own = episodes.filter(pl.col("PLACE_PROVIDER") == "PR1").join(inside, on="URN", how="anti")
    other = episodes.filter(pl.col("PLACE_PROVIDER") == "PR2").join(inside, on="URN", how="semi")
    return pl.concat([own, other])
