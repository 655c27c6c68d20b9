"""Indicators that no return can give, with the reason."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml


@dataclass(frozen=True)
class NotComputable:
    """Name of an indicator, and why no return gives it."""

    id: str
    name: str
    reason: str


@functools.cache
def not_computable() -> Mapping[str, NotComputable]:
    """The indicators of the catalogue that are not computed, by id."""
    path = Path(__file__).parent / "definitions" / "not_computable.yaml"
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        key: NotComputable(key, name, group["reason"]) for group in entries for key, name in group["indicators"].items()
    }
