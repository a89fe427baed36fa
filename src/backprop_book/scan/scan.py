"""scan: reads the whole book into a chapter.

A document is read again only if something has changed that it is read with: its text, the configuration, or what it names.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from backprop_book.core.cache import Memo
from backprop_book.core.config import has_moved, load_config
from backprop_book.core.problems import BookError, Problem
from backprop_book.scan.book import Chapter, Script
from backprop_book.scan.cross_checks import doubled, misnamed, orphan, undrawn, unlinked, unlisted, unshown, unused
from backprop_book.scan.document import Document
from backprop_book.scan.figure_scripts import read_script
from backprop_book.scan.file_snapshot import PAGES_TOO, FileSnapshot
from backprop_book.scan.notebooks import read_notebook
from backprop_book.scan.scanner import scan_text
from backprop_book.scan.source import Source, conflicts
from backprop_book.source import Snippet, parse


def scan(root: Path, memo: Memo | None = None, snapshot: FileSnapshot | None = None) -> Chapter:
    """Read the book in the folder `root`: its configuration, snippets, pages, notes and verified files.

    Args:
        root: The folder.
        memo: Documents and snippets of earlier scans.
        snapshot: The files as they were found; by default they are looked for now.

    Raises:
        BookError: There is no readable configuration. What is wrong with any other file is among the chapter's problems.
    """
    memo = memo or Memo()
    snapshot = snapshot or FileSnapshot(load_config(root))
    config = snapshot.config
    chapter, problems = _with_snippets(snapshot, memo)
    chapter, wrong_scripts = _with_scripts(snapshot, chapter)
    problems += wrong_scripts
    pages = snapshot.files(config.docs, ".md")
    notes = snapshot.files(config.snippets, ".md")
    paths = (*pages, *notes, *sorted(config.verified))
    documents = tuple(_document(chapter, snapshot, path, memo) for path in paths)
    problems += [orphan(path) for path in notes if f"{path.removesuffix('.md')}.py" not in chapter.files]
    problems += [misnamed(path) for suffix in PAGES_TOO for path in snapshot.files(config.docs, suffix)]
    for path in snapshot.files(config.docs, ".py"):
        problems += read_notebook(path, snapshot.read(path).text)
    problems += unshown(documents)
    problems += undrawn(chapter, documents)
    problems += unlinked(documents)
    problems += unlisted(documents)
    problems += unused(config, documents)
    problems += doubled(documents)
    problems += [problem for document in documents for problem in document.problems]
    return replace(chapter, documents=documents, problems=tuple(sorted({*problems, *config.problems})))


def _with_snippets(snapshot: FileSnapshot, memo: Memo) -> tuple[Chapter, list[Problem]]:
    """The chapter before its documents are scanned, and what is wrong with the snippets."""
    config = snapshot.config
    problems: list[Problem] = []
    snippets: dict[str, Snippet] = {}
    files: dict[str, str] = {}
    first: dict[str, str] = {}
    for path in snapshot.files(config.snippets, ".py"):
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
        content = snapshot.read(path)
        if content.problem is not None:
            problems.append(content.problem)
            continue
        if markers := [*conflicts(content.text)]:
            source = Source(path, content.text, 0)
            problems += [
                source.problem(each.offset, each.message, found=each.found, remedy=each.remedy, kind="snippet")
                for each in markers
            ]
            continue
        try:
            snippets[stem] = memo(lambda: parse(path, content.text), ("snippet", path, content.text))  # noqa: B023 - called at once
        except BookError as error:
            problems += error.problems
    return Chapter(config, (), MappingProxyType(snippets), (), MappingProxyType(files)), problems


def _with_scripts(snapshot: FileSnapshot, chapter: Chapter) -> tuple[Chapter, list[Problem]]:
    """The chapter with the scripts of its figures, and what is wrong with them."""
    config = chapter.config
    scripts: dict[str, Script] = {}
    problems: list[Problem] = []
    for path in snapshot.files(config.figures, ".py"):
        content = snapshot.read(path)
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


def _document(chapter: Chapter, snapshot: FileSnapshot, path: str, memo: Memo) -> Document:
    """Read one document, unless nothing has changed that it is read with."""
    content = snapshot.read(path)
    text = content.text

    def read() -> tuple[Document, Chapter]:
        own = replace(chapter, looked={}, sought={})
        document = scan_text(own, path, text, content.newline)
        if content.problem is not None:
            document = replace(document, source=Source(path, "", 0, content.newline), problems=(content.problem,))
        return document, own

    named = memo(lambda: frozenset(_named(text, chapter.stems)), ("named", text, chapter.stems))
    if path.startswith(f"{chapter.config.snippets}/"):  # notes are those of a snippet, wherever they lie
        named |= {chapter.files.get(f"{path.removesuffix('.md')}.py", "")}
    code = [chapter.snippets[stem].text if stem in chapter.snippets else None for stem in sorted(named)]
    files = tuple(chapter.files.items()), tuple(chapter.scripts)
    key = ("document", path, text, content.newline, content.problem, chapter.config, *files, *code)
    document, own = memo(read, key, lambda known: _is_good(known[1], chapter))
    chapter.looked.update(own.looked)
    return document


def _named(text: str, stems: Iterable[str]) -> Iterator[str]:
    """The snippets that a text may name."""
    # Python reads a name in another form of Unicode as the same, and front matter can spell any character otherwise.
    is_spelt = text.startswith("---") and "\\" in text.partition("\n---")[0]
    plain = unicodedata.normalize("NFKC", text)
    return (stem for stem in stems if is_spelt or stem in text or stem in plain)


def _is_good(then: Chapter, now: Chapter) -> bool:
    """Whether the files and the code that a document speaks of, beside the snippets that it names, are what they were."""
    if has_moved(now.config.root, then.looked) or (then.is_unread != now.is_unread and None in then.sought.values()):
        return False
    return all(now.holder(*quote) == stem for quote, stem in then.sought.items())
