"""scan: reads the whole book into a chapter."""

from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from backprop_book.chapter.book import Chapter
from backprop_book.chapter.document import Document
from backprop_book.chapter.quoted import key
from backprop_book.chapter.scanner import scan_text
from backprop_book.chapter.script import Script
from backprop_book.chapter.scripts import read_script
from backprop_book.chapter.source import Source
from backprop_book.chapter.whole import doubled, misnamed, orphan, undrawn, unlinked, unshown, unused
from backprop_book.config import Config, is_there, load_config
from backprop_book.errors import BookError, Problem, place
from backprop_book.snippet import Snippet, parse

_PAGES_TOO = (".markdown", ".mdown", ".mkdn", ".mkd")
"""How the names of other files end of which MkDocs makes pages."""


def scan(root: Path, before: Chapter | None = None) -> Chapter:
    """Read the book in the folder `root`: its configuration, snippets, pages, notes and verified files.

    Args:
        root: The folder.
        before: An earlier scan, of which everything is taken over that cannot have changed.

    Raises:
        BookError: There is no readable configuration. What is wrong with any other file is among the chapter's problems.
    """
    config = load_config(root)
    chapter, problems = _with_snippets(config, before)
    chapter, wrong_scripts = _with_scripts(chapter)
    problems += wrong_scripts
    pages = _files(config, config.docs, ".md")
    notes = _files(config, config.snippets, ".md")
    known = _unchanged(chapter, before)
    documents = tuple(_document(chapter, path, known.get(path)) for path in (*pages, *notes, *sorted(config.verified)))
    problems += [orphan(path) for path in notes if f"{path.removesuffix('.md')}.py" not in chapter.files]
    problems += [misnamed(path) for suffix in _PAGES_TOO for path in _files(config, config.docs, suffix)]
    problems += unshown(documents)
    problems += undrawn(chapter, documents)
    problems += unlinked(documents)
    problems += unused(config, documents)
    problems += doubled(documents)
    problems += [problem for document in documents for problem in document.problems]
    return replace(chapter, documents=documents, problems=tuple(sorted({*problems, *config.problems})))


def _with_snippets(config: Config, before: Chapter | None) -> tuple[Chapter, list[Problem]]:
    """The chapter before its documents are scanned, and what is wrong with the snippets."""
    problems: list[Problem] = []
    snippets: dict[str, Snippet] = {}
    files: dict[str, str] = {}
    first: dict[str, str] = {}
    for path in _files(config, config.snippets, ".py"):
        stem = Path(path).stem
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
        text, _, problem = _read(config, path)
        if problem is not None:
            problems.append(problem)
            continue
        known = before.snippets.get(stem) if before else None
        try:
            snippets[stem] = known if known and (known.path, known.text) == (path, text) else parse(path, text)
        except BookError as error:
            problems += error.problems
    keys = {
        stem: before.keys[stem] if before and before.snippets.get(stem) is snippet else key(snippet.text)
        for stem, snippet in snippets.items()
    }
    # Documents that are taken over speak of what they spoke of then.
    looked = {path: is_there(config.root, path) for path in before.looked} if before else {}
    chapter = Chapter(
        config, (), MappingProxyType(snippets), (), MappingProxyType(files), MappingProxyType(keys), looked=looked
    )
    return chapter, problems


def _with_scripts(chapter: Chapter) -> tuple[Chapter, list[Problem]]:
    """The chapter with the scripts of its figures, and what is wrong with them."""
    config = chapter.config
    scripts: dict[str, Script] = {}
    problems: list[Problem] = []
    for path in _files(config, config.figures, ".py"):
        text, _, problem = _read(config, path)
        script, found = read_script(chapter, path, text)
        problems += found if problem is None else [problem]
        scripts.setdefault(script.name, script)
        if path != f"{config.figures}/{script.name}.py":
            remedy = f"move it to {config.figures}/"
            problems.append(
                Problem(
                    path, 1, 1, "the script of a figure stands in a folder of its own", remedy=remedy, kind="figure"
                )
            )
    return replace(chapter, scripts=MappingProxyType(scripts)), problems


def _files(config: Config, folder: str, suffix: str) -> list[str]:
    """Paths of the files below a folder, in order; hidden ones and caches are left out.

    What lies in folders of its own comes last: a snippet that a section lists is at home there, not in a folder of examples.
    """
    found = (path.relative_to(config.root) for path in (config.root / folder).rglob(f"*{suffix}") if path.is_file())
    visible = (path for path in found if not any(part.startswith(".") or part == "__pycache__" for part in path.parts))
    return [path.as_posix() for path in sorted(visible, key=lambda path: (len(path.parts), path))]


def _read(config: Config, path: str) -> tuple[str, str, Problem | None]:
    """Text of a file with plain line feeds, what ends its lines, and why it could not be read."""
    try:
        data = (config.root / path).read_bytes()
    except OSError as error:
        return "", "\n", Problem(path, 1, 1, f"this file cannot be read: {error.strerror}", remedy="make it readable")
    newline = "\r\n" if b"\r\n" in data else "\n"
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, column = place(data[: error.start].decode("utf-8", "replace"), error.start)
        problem = Problem(
            path,
            line,
            column,
            "this file is not UTF-8",
            found=repr(data[error.start : error.end]),
            remedy="save it as UTF-8",
        )
        return "", newline, problem
    return text.replace("\r\n", "\n").replace("\r", "\n"), newline, None


def _unchanged(chapter: Chapter, before: Chapter | None) -> dict[str, tuple[Document, bool]]:
    """The documents of an earlier scan, each with whether all that it can be read with is what it was then."""
    if before is None:
        return {}
    whole = all(getattr(chapter, name) == getattr(before, name) for name in ("config", "files", "looked")) and (
        (set(chapter.snippets), set(chapter.scripts)) == (set(before.snippets), set(before.scripts))
    )
    # A document speaks of a snippet or a figure by its name, except that notes lie beside theirs.
    changed = [stem for stem, each in chapter.snippets.items() if each != before.snippets.get(stem)]
    changed += [name for name, each in chapter.scripts.items() if each != before.scripts.get(name)]
    return {
        document.source.path: (
            document,
            whole
            and document.snippet not in changed
            and not any(name in document.source.text for name in changed)
            # Whether a file that is included exists is not in the text.
            and document.source.text.count("8<") <= len(document.listings),
        )
        for document in before.documents
    }


def _document(chapter: Chapter, path: str, known: tuple[Document, bool] | None) -> Document:
    text, newline, problem = _read(chapter.config, path)
    if problem is None and known is not None:
        old, holds = known
        # A file that could not be read has no text, either.
        if holds and text and (text, newline) == (old.source.text, old.source.newline):
            return old
    document = scan_text(chapter, path, text, newline)
    if problem is not None:
        document = replace(document, source=Source(path, "", 0, newline), problems=(problem,))
    return known[0] if known is not None and known[0] == document else document
