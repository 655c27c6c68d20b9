"""Figures of the history: ``csc_returns.indicators(...)`` computes them; the definitions are in ``definitions/``.

The package can be called like the function ``csc_returns.indicators.run.indicators``, whose name it bears.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any


class _Callable(ModuleType):
    """A package that is called like the function of its name."""

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        from csc_returns.indicators.run import indicators

        return indicators(*arguments, **options)


sys.modules[__name__].__class__ = _Callable
