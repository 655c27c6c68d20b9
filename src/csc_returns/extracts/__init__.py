"""From files to returns and back: every row knows its place, nothing is thrown away."""
