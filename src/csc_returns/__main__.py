"""python -m csc_returns."""

from csc_returns.cli import main

main()
