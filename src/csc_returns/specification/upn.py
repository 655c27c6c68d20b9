"""The check letter of a unique pupil number."""

from __future__ import annotations

#: Check letters by the sum of the digits, each times its place (2 to 13), modulo 23: the alphabet without I, O and S.
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
