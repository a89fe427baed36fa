"""Problems of a book as a whole, which no single file shows. `scan` calls each check when all documents are read."""

from collections.abc import Iterable

from backprop_book.chapter.block_parser import READING_TIME
from backprop_book.chapter.book import Chapter
from backprop_book.chapter.document import Document, pairs
from backprop_book.chapter.embeds import nearest
from backprop_book.config import Config
from backprop_book.digits import numerals
from backprop_book.errors import Problem


def orphan(path: str) -> Problem:
    """Notes that explain no snippet."""
    snippet = f"{path.removesuffix('.md')}.py"
    return Problem(
        path,
        1,
        1,
        "these notes have no snippet",
        expected=snippet,
        remedy="name the notes like their snippet, or remove them",
        kind="notes",
    )


def misnamed(path: str) -> Problem:
    """A file that MkDocs makes a page of, by the end of its name, though it is none of the book's."""
    stem, _, suffix = path.rpartition(".")
    return Problem(
        path,
        1,
        1,
        f"a page is a file `*.md`, and nothing reads this `*.{suffix}`, which MkDocs would show",
        found=path.rpartition("/")[2],
        expected=f"{stem.rpartition('/')[2]}.md",
        remedy="rename it",
        kind="configuration",
    )


def unshown(documents: Iterable[Document]) -> list[Problem]:
    """Notes that no page shows: a fence that was meant as a listing may have stopped being one."""
    documents = tuple(documents)
    shown = {listing.snippet for document in documents for listing in document.listings}
    return [
        Problem(
            document.source.path,
            1,
            1,
            "no page shows these notes",
            expected=f'a fence that holds only --8<-- "{document.snippet}.py"',
            remedy="show the snippet on a page, or remove its notes",
            kind="notes",
        )
        for document in documents
        if document.kind == "notes" and document.notes and document.snippet not in shown
    ]


def doubled(documents: Iterable[Document]) -> list[Problem]:
    """Place holders that hold a place which another one holds already: links have to know where to lead."""
    first: dict[str, Document] = {}
    problems = []
    for document in documents:
        for slot in document.slots:
            if slot.stems or slot.name == READING_TIME:
                continue
            if slot.name in first:
                remedy = f"remove it, or the one in {first[slot.name].source.path}"
                shown = document.source.text[slot.mark : slot.end]
                message = f"there is a second place for the {slot.name} of the book"
                problems.append(document.source.problem(slot.mark, message, found=shown, remedy=remedy))
            first.setdefault(slot.name, document)
    return problems


def unlinked(documents: Iterable[Document]) -> list[Problem]:
    """Snippets that are to stand side by side although no notes link their statements."""
    documents = tuple(documents)
    asked = [(document, slot) for document in documents for slot in document.slots if slot.name == "beside"]
    linked = {frozenset((pair.here, pair.there)) for pair in pairs(documents)} if asked else set()
    return [
        document.source.problem(
            slot.mark,
            "no notes link statements of these snippets",
            found=" ".join(slot.stems),
            expected=f"a paragraph of notes that begins with In `{slot.stems[0]}`:",
            remedy="link them in the notes, or remove the place holder",
            kind="link",
        )
        for document, slot in asked
        if frozenset(slot.stems) not in linked
    ]


def unlisted(documents: Iterable[Document]) -> list[Problem]:
    """Places for pages with their minutes that name no page of the book, or one page twice."""
    documents = tuple(documents)
    known = tuple(document.source.path for document in documents if document.kind == "page")
    problems = []
    for document in documents:
        for slot in document.slots:
            named = [path for _, path in slot.pages]
            for number, (at, path) in enumerate(slot.pages):
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
    """Scripts whose drawing no page shows."""
    shown = {figure.name for document in documents for figure in document.figures}
    folder = chapter.config.figures
    return [
        Problem(
            script.source.path,
            1,
            1,
            "no page shows this figure",
            expected=f"a paragraph that begins with ![what it shows]({folder}/{name}.svg)",
            remedy="show it on a page, or remove the script",
            kind="figure",
        )
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
