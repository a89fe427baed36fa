"""files: writes a text of the book back into its file."""

from codecs import BOM_UTF8
from pathlib import Path


def rewrite(target: Path, text: str, newline: str) -> None:
    """Write a text, with the newlines of its file. A byte order mark is no part of it; a file that begins with one keeps it."""
    marked = target.exists() and target.read_bytes().startswith(BOM_UTF8)
    target.write_text(text, encoding="utf-8-sig" if marked else "utf-8", newline=newline)
