"""files: writes a text of the book back into its file."""

from codecs import BOM_UTF8
from pathlib import Path

import click


def rewrite(root: Path, path: str, text: str, newline: str) -> None:
    """Write a text into a file of the book in `root`, with its newlines.

    A byte order mark is no part of the text; a file that begins with one keeps it.

    Raises:
        ClickException: It cannot be written.
    """
    target = root / path
    try:
        marked = target.exists() and target.read_bytes().startswith(BOM_UTF8)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8-sig" if marked else "utf-8", newline=newline)
    except OSError as error:
        raise click.ClickException(f"{path}: cannot be written: {error.strerror}") from None
