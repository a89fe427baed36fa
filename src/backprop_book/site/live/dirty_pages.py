"""dirty_pages: what each page shows, as a key of its contents. The server makes the pages again whose key is another one."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass

from backprop_book.scan.document import Document
from backprop_book.site.claim_links import ident, listings
from backprop_book.site.edit_session import Look


@dataclass(frozen=True, slots=True, eq=False)
class PageStates:
    """What the pages of a book show at one time."""

    look: Look
    """The book."""
    files: Mapping[str, frozenset[str]]
    """For each page the files that it shows something of: itself, snippets, their notes, scripts of figures."""
    keys: Mapping[str, tuple[Hashable, ...]]
    """For each page all that it is made of."""


def showing(look: Look) -> PageStates:
    """Find out what the pages of a book show."""
    runs = look.verifier.runs.identities()
    files: dict[str, frozenset[str]] = {}
    keys: dict[str, tuple[Hashable, ...]] = {}
    for page in look.chapter.pages:
        path = page.source.path
        stems = sorted(_asked(look, page))
        files[path] = _files(look, page, stems)
        figures = [look.chapter.scripts.get(figure.name) for figure in page.figures]
        wrong = tuple(problem for problem in look.problems if problem.path in files[path])
        # A run is told by its identity: it is kept as long as it is good.
        ran = [(stem, look.sources.get(stem), runs.get(stem)) for stem in stems]
        keys[path] = (page, *_notes(look, page), *figures, wrong, *ran, _linked(look, page, stems))
    return PageStates(look, files, keys)


def affected(before: PageStates, after: PageStates) -> frozenset[str] | None:
    """Return the paths of the pages that have to be made again; None where pages came or went, or the configuration changed."""
    if before.look.chapter.config != after.look.chapter.config or list(before.keys) != list(after.keys):
        return None
    if before is after:
        return frozenset()
    pages = {page.source.path: page for page in after.look.chapter.pages}
    return frozenset(path for path, key in after.keys.items() if before.keys[path] != key or _is_of_all(pages[path]))


def is_settled(now: PageStates, page: Document) -> bool:
    """Whether all that a page shows is known."""
    unsettled = now.look.unsettled
    return not unsettled or not (_is_of_all(page) or unsettled.intersection(now.files[page.source.path]))


def _is_of_all(page: Document) -> bool:
    """Whether a page shows what is computed from the whole book."""
    return any(not placeholder.stems for placeholder in page.placeholders)


def _files(look: Look, page: Document, stems: Iterable[str]) -> frozenset[str]:
    chapter = look.chapter
    names = {chapter.paths[stem] for stem in stems if stem in chapter.paths}
    # Only where something is included that is no listing, such as a file that is no Python, it is searched for.
    if page.includes_more:
        below = f"{chapter.config.snippets}/"
        names |= {path for path in chapter.files if f'"{path.removeprefix(below)}' in page.source.text}
    names |= {document.source.path for document in _notes(look, page)}
    names |= {chapter.scripts[figure.name].source.path for figure in page.figures if figure.name in chapter.scripts}
    return frozenset({page.source.path, *names})


def _linked(look: Look, page: Document, asked: Iterable[str]) -> frozenset[Hashable]:
    """What a page shows of listings elsewhere: statements that notes link with its own, and where numbers and links lead."""
    chapter = look.chapter
    here = {listing.snippet for listing in page.listings}.union(
        *(placeholder.stems for placeholder in page.placeholders)
    )
    found: set[Hashable] = set()
    stems = set(asked)
    for pair in chapter.pairs:
        if pair.here in here or pair.there in here:
            stems |= {pair.here, pair.there}
            for stem, statements in ((pair.here, pair.statements), (pair.there, pair.others)):
                known = chapter.snippets[stem].statements
                found |= {(pair, stem, known[index].line, known[index].code) for index in statements}
    for stem in stems:
        for where, listing in listings(chapter, page, stem):
            # Not the listing itself: what is written above it moves it, and nobody sees that elsewhere.
            found.add((where.source.path, where.title, ident(where, listing), listing.section, listing.title))
    return frozenset(found)


def _asked(look: Look, page: Document) -> frozenset[str]:
    """The snippets that a page and the notes that it shows speak of, and those that its figures draw."""
    scripts = (look.chapter.scripts.get(figure.name) for figure in page.figures)
    return page.spoken_of.union(
        *(notes.spoken_of for notes in _notes(look, page)),
        *(script.probes for script in scripts if script),
        *(placeholder.stems for placeholder in page.placeholders),
    )


def _notes(look: Look, page: Document) -> tuple[Document, ...]:
    stems = dict.fromkeys(listing.snippet for listing in page.listings)
    return tuple(look.chapter.notes[stem] for stem in stems if stem in look.chapter.notes)
