"""scan: reads the whole book into a chapter."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from backprop_book.chapter.book import Chapter, Script
from backprop_book.chapter.context import code_key
from backprop_book.chapter.cross_checks import doubled, misnamed, orphan, undrawn, unlinked, unlisted, unshown, unused
from backprop_book.chapter.document import Document
from backprop_book.chapter.figure_scripts import read_script
from backprop_book.chapter.notebooks import read_notebook
from backprop_book.chapter.scanner import scan_text
from backprop_book.chapter.shelf import PAGES_TOO, Shelf
from backprop_book.chapter.source import Source
from backprop_book.chapter.unchanged import unchanged
from backprop_book.config import is_there, load_config
from backprop_book.errors import BookError, Problem
from backprop_book.snippet import Snippet, parse


def scan(root: Path, before: Chapter | None = None, shelf: Shelf | None = None) -> Chapter:
    """Read the book in the folder `root`: its configuration, snippets, pages, notes and verified files.

    Args:
        root: The folder.
        before: An earlier scan, of which everything is taken over that cannot have changed.
        shelf: The files as they were found; by default they are looked for now.

    Raises:
        BookError: There is no readable configuration. What is wrong with any other file is among the chapter's problems.
    """
    shelf = shelf or Shelf(load_config(root))
    config = shelf.config
    chapter, problems = _with_snippets(shelf, before)
    chapter, wrong_scripts = _with_scripts(shelf, chapter)
    problems += wrong_scripts
    pages = shelf.files(config.docs, ".md")
    notes = shelf.files(config.snippets, ".md")
    known: dict[str, tuple[Document, bool]] = {}
    if before is not None:
        same = unchanged(chapter, before)
        known = {document.source.path: (document, same[document.source.path]) for document in before.documents}
    paths = (*pages, *notes, *sorted(config.verified))
    documents = tuple(_document(chapter, shelf, path, known.get(path)) for path in paths)
    problems += [orphan(path) for path in notes if f"{path.removesuffix('.md')}.py" not in chapter.files]
    problems += [misnamed(path) for suffix in PAGES_TOO for path in shelf.files(config.docs, suffix)]
    for path in shelf.files(config.docs, ".py"):
        problems += read_notebook(path, shelf.read(path).text)
    problems += unshown(documents)
    problems += undrawn(chapter, documents)
    problems += unlinked(documents)
    problems += unlisted(documents)
    problems += unused(config, documents)
    problems += doubled(documents)
    problems += [problem for document in documents for problem in document.problems]
    return replace(chapter, documents=documents, problems=tuple(sorted({*problems, *config.problems})))


def _with_snippets(shelf: Shelf, before: Chapter | None) -> tuple[Chapter, list[Problem]]:
    """The chapter before its documents are scanned, and what is wrong with the snippets."""
    config = shelf.config
    problems: list[Problem] = []
    snippets: dict[str, Snippet] = {}
    files: dict[str, str] = {}
    first: dict[str, str] = {}
    for path in shelf.files(config.snippets, ".py"):
        stem = path.rpartition("/")[2].removesuffix(".py")
        if stem in first:
            problems.append(
                Problem(
                    path,
                    1,
                    1,
                    f"there are two snippets `{stem}`",
                    found=path,
                    expected=f"only {first[stem]}",
                    remedy="rename one",
                    kind="snippet",
                )
            )
            continue
        first[stem] = path
        files[path] = stem
        content = shelf.read(path)
        if content.problem is not None:
            problems.append(content.problem)
            continue
        text = content.text
        known = before.snippets.get(stem) if before else None
        try:
            snippets[stem] = known if known and (known.path, known.text) == (path, text) else parse(path, text)
        except BookError as error:
            problems += error.problems
    keys = {
        stem: before.keys[stem] if before and before.snippets.get(stem) is snippet else code_key(snippet.text)
        for stem, snippet in snippets.items()
    }
    # Documents that are taken over speak of what they spoke of then.
    looked = {path: is_there(config.root, path) for path in before.looked} if before else {}
    chapter = Chapter(
        config, (), MappingProxyType(snippets), (), MappingProxyType(files), MappingProxyType(keys), looked=looked
    )
    return chapter, problems


def _with_scripts(shelf: Shelf, chapter: Chapter) -> tuple[Chapter, list[Problem]]:
    """The chapter with the scripts of its figures, and what is wrong with them."""
    config = chapter.config
    scripts: dict[str, Script] = {}
    problems: list[Problem] = []
    for path in shelf.files(config.figures, ".py"):
        content = shelf.read(path)
        script, found = read_script(chapter, path, content.text)
        problems += found if content.problem is None else [content.problem]
        scripts.setdefault(script.name, script)
        if path != f"{config.figures}/{script.name}.py":
            remedy = f"move it to {config.figures}/"
            problems.append(
                Problem(
                    path, 1, 1, "the script of a figure stands in a folder of its own", remedy=remedy, kind="figure"
                )
            )
    return replace(chapter, scripts=MappingProxyType(scripts)), problems


def _document(chapter: Chapter, shelf: Shelf, path: str, known: tuple[Document, bool] | None) -> Document:
    content = shelf.read(path)
    text, newline = content.text, content.newline
    if content.problem is None and known is not None:
        old, holds = known
        # A file that could not be read has no text, either.
        if holds and text and (text, newline) == (old.source.text, old.source.newline):
            return old
    document = scan_text(chapter, path, text, newline)
    if content.problem is not None:
        document = replace(document, source=Source(path, "", 0, newline), problems=(content.problem,))
    return known[0] if known is not None and known[0] == document else document
