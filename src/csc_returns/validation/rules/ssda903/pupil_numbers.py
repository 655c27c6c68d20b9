"""Unique pupil numbers (UPN) that a child's episodes ask for or rule out."""

from __future__ import annotations

import datetime as dt

import polars as pl

from csc_returns.validation.data import ReturnData
from csc_returns.validation.rule import frame_rule
from csc_returns.validation.rules.ssda903.shared.care import looked_after, rows_of
from csc_returns.validation.rules.ssda903.shared.episodes import episodes_with_header
from csc_returns.validation.rules.ssda903.shared.values import blank


@frame_rule("210", {"Episodes": ["DECOM"], "Header": ["UPN"]})
def upn_pending_of_late_starter(data: ReturnData) -> pl.LazyFrame:
    """UPN is given as not yet known (UN4), and an episode of the child starts on 24 March or later.

    Each episode that starts in the last eight days of the year, or after it, is flagged beside the child's UPN.

    Fix: enter the UPN, or the reason why there is none. If UN4 is right, confirm it and check the start of the episode.

    Example:
        | Header          | CHILD | UPN           |
        | not yet known   | A     | UN4 *         |
        | another reason  | B     | UN1           |
        | a pupil number  | C     | A950000178301 |
        | no UPN          | D     |               |
        | started earlier | E     | UN4           |
        | no child        |       | UN4           |

        | Episodes        | CHILD | DECOM        |
        | the day before  | A     | 23/03/2026   |
        | on 24 March     | A     | 24/03/2026 * |
        | after the year  | A     | 01/04/2026 * |
        | no start        | A     |              |
        | not a date      | A     | 2026-03-25   |
        |                 | B     | 25/03/2026   |
        |                 | C     | 25/03/2026   |
        |                 | D     | 25/03/2026   |
        | the year before | E     | 25/03/2025   |
        | no header       | F     | 25/03/2026   |
        | no child        |       | 25/03/2026   |
    """
    late = pl.col("DECOM") >= dt.date(data.end.year, 3, 24)
    return data.shared(episodes_with_header).filter((pl.col("UPN") == "UN4") & late)


@frame_rule("442", {"Header": ["UPN"]}, reads={"Episodes": ["LS"]})
def upn_missing(data: ReturnData) -> pl.LazyFrame:
    """Child who is looked after has no UPN, nor a reason for having none.

    One of the two is asked for every child who has an episode other than a short break (V3 or V4).

    Fix: take the UPN from the school or from Get Information about Pupils, or enter the reason, UN1 to UN5.

    Example:
        | Header            | CHILD | UPN           |
        | blank             | A     | *             |
        | no legal status   | B     | *             |
        | a pupil number    | C     | A950000178301 |
        | a reason          | D     | UN1           |
        | only short breaks | E     |               |
        | no episodes       | F     |               |
        | no child          |       |               |

        | Episodes        | CHILD | LS |
        | short break     | A     | V3 |
        | another status  | A     | C2 |
        | no legal status | B     |    |
        |                 | C     | C2 |
        |                 | D     | C2 |
        |                 | E     | V3 |
        |                 | E     | V4 |
        | no child        |       | C2 |
    """
    return rows_of(data, "Header", looked_after).filter(blank("UPN"))
