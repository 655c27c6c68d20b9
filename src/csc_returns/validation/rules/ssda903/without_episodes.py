"""Rows of other tables for children who have no episode in the return."""

from __future__ import annotations

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import rows_not_of

#: Tables whose rows belong to a child with an episode of this year.
WITH_EPISODES = ("PlacedAdoption", "Missing", "Reviews", "AD1", "PrevPerm", "OC2")


def with_episodes(data: ReturnData) -> pl.LazyFrame:
    """Children with an episode in this year's return: column ``child``, one row each."""
    return data["Episodes"].select("child").unique()


@frame_rule(
    "1012",
    {table: ["CHILD"] for table in WITH_EPISODES},
    reads={"Episodes": ["CHILD"]},
    optional=WITH_EPISODES,
)
def child_without_episodes(data: ReturnData) -> pl.LazyFrame:
    """Row is about a child who has no episode in this year's return.

    Reviews, missing periods, adoptions, health outcomes and earlier permanence are reported of children looked after in the year.

    Fix: enter the child's episodes, correct the child's identifier, or remove the row.

    Example:
        | Episodes        | CHILD | DECOM      |
        |                 | A     | 01/04/2025 |
        |                 | A     | 01/06/2025 |
        | nobody's        |       | 01/06/2025 |

        | PlacedAdoption  | CHILD |
        | no episode      | B *   |
        |                 | A     |

        | Missing         | CHILD |
        | no episode      | B *   |
        | no episode      | B *   |
        |                 | A     |

        | Reviews         | CHILD | REVIEW     |
        | no episode      | B *   | 01/06/2025 |
        | nobody's        | *     | 01/06/2025 |

        | AD1             | CHILD |
        | no episode      | B *   |

        | PrevPerm        | CHILD |
        | no episode      | B *   |

        | OC2             | CHILD |
        | no episode      | B *   |
        | small letter    | a     |

        | OC3             | CHILD |
        | not looked at   | B     |

    Example:
        | Episodes        | CHILD |
        |                 | A     |

        | OC2             | CHILD |
        | the only table  | B *   |
        |                 | A     |
    """
    return pl.concat([rows_not_of(data, table, with_episodes).select(table) for table in WITH_EPISODES], how="diagonal")
