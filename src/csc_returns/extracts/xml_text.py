"""Text as it stands in XML. The standard library's ``xml.sax.saxutils`` imports a web client, which takes longer than to check
a small return; so it is imported only where an attribute is quoted, which is rare.
"""

from __future__ import annotations

import html


def escape(text: str) -> str:
    """Text between tags."""
    return html.escape(text, quote=False)


def quoteattr(text: str) -> str:
    """The value of an attribute, quotes included."""
    from xml.sax.saxutils import quoteattr as quoted

    return quoted(text)
