"""Checks England's children's social care returns against the national file specification.

>>> import csc_returns as cr
>>> result = cr.validate("cin_2026.xml")            # doctest: +SKIP
>>> findings = cr.check(tables, collection="cin", year="2025-26")     # doctest: +SKIP
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from csc_returns.__about__ import __version__

if TYPE_CHECKING:
    from csc_returns import indicators as indicators
    from csc_returns.validation.check import check as check
    from csc_returns.validation.result import Result as Result
    from csc_returns.validation.validate import validate as validate

__all__ = ["Result", "__version__", "check", "indicators", "validate"]


def __dir__() -> list[str]:
    return __all__


def __getattr__(name: str) -> object:
    # polars and pandera are heavy: they are imported when first used, so that `csc-returns --help` is quick.
    if name == "check":
        from csc_returns.validation.check import check

        return check
    if name == "validate":
        from csc_returns.validation.validate import validate

        return validate
    if name == "indicators":
        # The package of that name can be called: see csc_returns/indicators/__init__.py.
        return importlib.import_module("csc_returns.indicators")
    if name == "Result":
        from csc_returns.validation.result import Result

        return Result
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
