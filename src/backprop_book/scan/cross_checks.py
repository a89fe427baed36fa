"""Problems of a book as a whole, which no single file shows. `scan` calls each check when all documents are read."""

from collections.abc import Iterable

from backprop_book.core.config import Config
from backprop_book.core.problems import Problem
from backprop_book.numbers import numerals
from backprop_book.scan.block_parser import READING_TIME
from backprop_book.scan.book import Chapter
from backprop_book.scan.document import Document, pairs
from backprop_book.scan.embeds import nearest


def orphan(path: str) -> Problem:
    """The problem of notes whose snippet does not exist."""
    message, remedy = "these notes have no snippet", "name the notes like their snippet, or remove them"
    return Problem(path, 1, 1, message, "", f"{path.removesuffix('.md')}.py", remedy, "notes")


def misnamed(path: str) -> Problem:
    """The problem of a file that MkDocs would show as a page although its name does not end in `.md`."""
    stem, _, suffix = path.rpartition(".")
    message = f"a page is a file `*.md`, and nothing reads this `*.{suffix}`, which MkDocs would show"
    expected = f"{stem.rpartition('/')[2]}.md"
    return Problem(path, 1, 1, message, path.rpartition("/")[2], expected, "rename it", "configuration")


def unshown(documents: Iterable[Document]) -> list[Problem]:
    """Notes whose snippet no page shows: a fence that was meant as a listing may have stopped being one."""
    documents = tuple(documents)
    shown = {listing.snippet for document in documents for listing in document.listings}
    message, remedy = "no page shows these notes", "show the snippet on a page, or remove its notes"
    return [
        Problem(
            each.source.path, 1, 1, message, "", f'a fence that holds only --8<-- "{each.snippet}.py"', remedy, "notes"
        )
        for each in documents
        if each.kind == "notes" and each.notes and each.snippet not in shown
    ]


def doubled(documents: Iterable[Document]) -> list[Problem]:
    """Placeholders that occur twice in the book, so that links to the tables would be ambiguous."""
    first: dict[str, Document] = {}
    problems = []
    for document in documents:
        for placeholder in document.placeholders:
            if placeholder.stems or placeholder.name == READING_TIME:
                continue
            if placeholder.name in first:
                remedy = f"remove it, or the one in {first[placeholder.name].source.path}"
                shown = document.source.text[placeholder.mark : placeholder.end]
                message = f"there is a second place for the {placeholder.name} of the book"
                problems.append(document.source.problem(placeholder.mark, message, found=shown, remedy=remedy))
            first.setdefault(placeholder.name, document)
    return problems


def unlinked(documents: Iterable[Document]) -> list[Problem]:
    """Placeholders for two snippets side by side whose statements no notes link."""
    documents = tuple(documents)
    linked = {frozenset((pair.here, pair.there)) for pair in pairs(documents)}
    return [
        document.source.problem(
            placeholder.mark,
            "no notes link statements of these snippets",
            found=" ".join(placeholder.stems),
            expected=f"a paragraph of notes that begins with In `{placeholder.stems[0]}`:",
            remedy="link them in the notes, or remove the place holder",
            kind="link",
        )
        for document in documents
        for placeholder in document.placeholders
        if placeholder.name == "beside" and frozenset(placeholder.stems) not in linked
    ]


def unlisted(documents: Iterable[Document]) -> list[Problem]:
    """Pages in `reading-time` placeholders that do not exist or are named twice."""
    documents = tuple(documents)
    known = tuple(document.source.path for document in documents if document.kind == "page")
    problems = []
    for document in documents:
        for placeholder in document.placeholders:
            named = [path for _, path in placeholder.pages]
            for number, (at, path) in enumerate(placeholder.pages):
                if path not in known:
                    message, expected = "there is no such page", nearest(path, known)
                elif path in named[:number]:
                    message, expected = "this page is listed already", ""
                else:
                    continue
                problems.append(
                    document.source.problem(
                        at, message, found=path, expected=expected, remedy="correct or remove it", kind="link"
                    )
                )
    return problems


def undrawn(chapter: Chapter, documents: Iterable[Document]) -> list[Problem]:
    """Figure scripts whose drawing no page shows."""
    shown = {figure.name for document in documents for figure in document.figures}
    message, remedy = "no page shows this figure", "show it on a page, or remove the script"
    form = f"a paragraph that begins with ![what it shows]({chapter.config.figures}/"
    return [
        Problem(script.source.path, 1, 1, message, "", f"{form}{name}.svg)", remedy, "figure")
        for name, script in chapter.scripts.items()
        if name not in shown
    ]


def unused(config: Config, documents: Iterable[Document]) -> list[Problem]:
    """Terms of the configuration that excuse nothing."""
    used = {term.text for document in documents for term in document.terms}
    problems = []
    for excuse in config.terms:
        if not numerals(excuse.term):
            wrong, remedy = "holds no numeral", "remove it: the prose may use it as it is"
        elif excuse.term not in used:
            wrong, remedy = "occurs nowhere", "remove it"
        else:
            continue
        message = f"the term `{excuse.term}` {wrong}"
        problems.append(Problem("pyproject.toml", excuse.line, excuse.column, message, remedy=remedy, kind="waiver"))
    return problems
