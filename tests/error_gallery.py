"""The page of all errors: what was written in the sample books, and what is said about it.

Run as a script, it writes the page; a test compares the page with what the sample books give.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from markdown import Markdown
from markdown.extensions import Extension

from backprop_book.core.config import book_root
from backprop_book.core.problems import BookError, Problem, ProblemKind
from backprop_book.figures import Gallery
from backprop_book.run import Tracer
from backprop_book.scan import scan
from backprop_book.scan.book import Chapter
from backprop_book.site import BookExtension
from backprop_book.tools.mutate import try_all
from backprop_book.verify import Verifier
from backprop_book.verify.matrix import supported
from backprop_book.verify.reproducibility import check_reproducibility

SAMPLES = Path(__file__).parent / "gallery" / "samples"
PAGE = Path(__file__).parents[1] / "docs" / "contributing" / "errors.md"
COMMAND = "python tests/error_gallery.py"
WIDTH = 130
PATIENCE = 4.0
"""Seconds that a figure of the sample books may take."""
HEADINGS: dict[ProblemKind, str] = {
    "value": "Words that the code does not bear out",
    "expression": "Expressions that ask nothing",
    "equation": "Arithmetic",
    "output": "Outputs",
    "name": "Names and code in the prose",
    "unchecked": "What nothing checks",
    "waiver": "Waivers and terms",
    "markup": "Markup that is not whole",
    "listing": "Listings and included files",
    "notes": "Notes",
    "link": "Listings side by side",
    "figure": "Figures",
    "snippet": "Snippets that do not run",
    "unsteady": "Values that differ from run to run",
    "mutant": "Checks that cannot fail",
    "configuration": "Configuration and front matter",
}
"""The headings of the page, in their order."""
HEAD = f"""\
---
book:
  unchecked: all that stands in boxes is written by `{COMMAND}` from sample books, and compared with what they give by a test
search:
  exclude: true
---

# Every error

What you can be told about a book, by what it is about. The first box shows what was written, the second one what
`backprop-book check` says about it: the place, what was found and what was expected, the statement of a snippet that gave it, and one
thing to do. `backprop-book check --format json` calls what it is about the *kind*; the name of each kind stands below its heading.

The snippet that most of the samples speak of is this one:

"""


@dataclass(frozen=True, slots=True)
class Shown:
    """One problem of a sample book."""

    book: str
    """The sample book."""
    problem: Problem
    """The problem."""
    written: str
    """The lines at its place; empty where there are none."""


def gallery() -> tuple[Shown, ...]:
    """All problems of all sample books, book by book."""
    with tempfile.TemporaryDirectory(prefix="book-") as folder, Tracer(Path(folder)) as tracer:
        return tuple(
            each for book in sorted(SAMPLES.iterdir()) for each in _shown(book, Path(folder, book.name), tracer)
        )


def page(shown: tuple[Shown, ...]) -> str:
    """The text of the page."""
    snippet = (SAMPLES / "prose/snippets/descent.py").read_text(encoding="utf-8")
    pieces = [HEAD + _fence("python", snippet)]
    for kind, heading in HEADINGS.items():
        places: dict[tuple[str, str, int], list[Shown]] = {}
        for each in shown:
            if each.problem.kind == kind:
                places.setdefault((each.book, each.problem.path, each.problem.line), []).append(each)
        if places:
            pieces.append(f"## {heading}\n\nKind: `{kind}`\n")
        for (_, path, _), found in places.items():
            written = found[0].written
            if written.strip():
                language = {".md": "markdown", ".toml": "toml", ".txt": "text"}.get(Path(path).suffix, "python")
                pieces.append(_fence(f'{language} title="{path}"', written))
            pieces.append(_fence("text", "\n".join(dict.fromkeys(str(each.problem) for each in found))))
    return "\n".join(pieces)


def _shown(book: Path, copy: Path, tracer: Tracer) -> Iterator[Shown]:
    """The problems of one book, which is copied to a place where nothing around it is a book."""
    shutil.copytree(book, copy)
    for problem in _problems(copy, tracer):
        place = copy / problem.path
        lines = (
            place.read_bytes().decode("utf-8", "replace").replace("\0", "␀").split("\n") if place.is_file() else [""]
        )
        written = lines[problem.line - 1]
        if written.startswith("```"):
            rest = lines[problem.line :]
            written = "\n".join([written, *rest[: rest.index("```") + 1 if "```" in rest else len(rest)]])
        message = problem.message.replace(str(copy.resolve()), "/book")
        yield Shown(book.name, replace(problem, message=message), written)


def _problems(root: Path, tracer: Tracer) -> tuple[Problem, ...]:
    """What every part of the machinery says about one book."""
    try:
        chapter = scan(book_root(root))
    except BookError as error:
        return (*error.problems, *_unreadable(root))
    verifier = Verifier(chapter, tracer)
    found = {*verifier.problems(), *Gallery(verifier, limit=PATIENCE).problems()}
    if root.name == "unsteady":
        found |= set(check_reproducibility(verifier, chapter.documents, root).problems)
    elif root.name == "versions":
        found |= set(_unsupported(chapter))
    elif not found:
        found = {problem for trial in try_all(verifier, chapter.documents) for problem in trial.problems}
        found |= set(_stops(chapter))
    return tuple(sorted(found))


def _unsupported(chapter: Chapter) -> tuple[Problem, ...]:
    """What is said where nobody says which versions are supported."""
    try:
        supported(chapter.config)
    except BookError as error:
        return error.problems
    return ()


def _unreadable(root: Path) -> tuple[Problem, ...]:
    """What is said where a folder is named that holds no book."""
    try:
        scan(root)
    except BookError as error:
        return error.problems
    return ()


def _stops(chapter: Chapter) -> Iterator[Problem]:
    """What stops the site of a book from being built although everything in it holds."""
    for document in chapter.documents:
        book = BookExtension(root=str(chapter.config.root))
        extensions: list[str | Extension] = ["pymdownx.arithmatex", "md_in_html", book]
        markdown = Markdown(extensions=extensions, extension_configs={"pymdownx.arithmatex": {"generic": True}})
        try:
            markdown.convert(document.source.text[document.source.body :])
        except BookError as error:
            yield from error.problems


def _fence(language: str, text: str) -> str:
    """A fence around text that may hold fences and includes."""
    lines = []
    for line in text.rstrip("\n").split("\n"):
        cut = line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…"
        # A semicolon keeps an include from being made, and a space a marker from being taken for one that a merge left.
        lines.append(f";{cut}" if cut.startswith("--8<--") else f" {cut}" if cut.startswith("<<<<<<<") else cut)
    return "\n".join([f"`````{language}", *lines, "`````\n"])


if __name__ == "__main__":
    text = page(gallery())
    if PAGE.read_text(encoding="utf-8") != text if PAGE.is_file() else True:
        PAGE.write_text(text, encoding="utf-8")
        sys.stdout.write(f"{PAGE} is written.\n")
