"""A small book that shows figures."""

from pathlib import Path

from backprop_book.figures import Gallery
from small_book import Book

SAMPLES = Path(__file__).parent / "samples"
GOOD = '''"""It falls."""

DATA = {"loss": "series(descent.loss)"}


def draw(sheet, data):
    """Draw it."""
    sheet.axes(200).plot(data.loss, color="loss")
'''


def show(book: Book, **scripts: str) -> None:
    """Write scripts, and a page that shows them."""
    for name, text in scripts.items():
        book.write(f"figures/{name}.py", text)
    images = "\n\n".join(f"![A falling line.](figures/{name}.svg)\nIt falls." for name in scripts)
    book.page(images)


def gallery(book: Book, folder: Path | None = None, limit: float = 30) -> Gallery:
    """The gallery of the book as it is now."""
    return Gallery(book.verifier(), folder, limit)


def sample(name: str) -> str:
    """The text of a sample script."""
    return (SAMPLES / f"{name}.py").read_text(encoding="utf-8")
