"""Writes the pages of this folder from the definitions: python docs/indicators/generate.py"""

from pathlib import Path

from csc_returns.indicators.pages import all_pages

folder = Path(__file__).parent
pages = all_pages()
for old in folder.glob("*.md"):
    if old.name not in pages:
        old.unlink()
for name, text in pages.items():
    (folder / name).write_text(text, encoding="utf-8", newline="\n")
