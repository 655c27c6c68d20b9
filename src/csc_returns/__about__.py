"""The version of csc-returns, in one place."""

__version__ = "0.1.0"
