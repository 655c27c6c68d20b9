"""What happened to children, whatever return says it: one model of one or many returns."""

from csc_returns.history.build import build_history, one_return
from csc_returns.history.local_list import with_pre_proceedings
from csc_returns.history.model import History

__all__ = ["History", "build_history", "one_return", "with_pre_proceedings"]
