"""affected: which pages show something else than before, and whether it is known yet what."""

from collections.abc import Mapping
from functools import lru_cache

from backprop_book.chapter import Document
from backprop_book.desk import Look
from backprop_book.whence import ident, listings


@lru_cache(maxsize=2)  # the look before, and that of now
def files_of(look: Look) -> Mapping[str, frozenset[str]]:
    """For each page the files of the book that it shows something of: itself, snippets, their notes, scripts of figures."""
    return {page.source.path: _files(look, page) for page in look.chapter.pages}


def affected(before: Look, after: Look) -> frozenset[str] | None:
    """The paths of the pages that have to be made again; None where pages came or went, or the configuration changed."""
    old, new = _shown(before), _shown(after)
    if before.chapter.config != after.chapter.config or list(old) != list(new):
        return None
    if before is after:
        return frozenset()
    # A run may have come since the look. It is told by its identity: it is kept as long as it is good.
    ran, runs = before.verifier.runs.identities(), after.verifier.runs.identities()
    changed = {stem for stem in {*ran, *runs} if ran.get(stem) != runs.get(stem)}
    return frozenset(
        page.source.path
        for page in after.chapter.pages
        if _of_all(page)
        or old[page.source.path] != new[page.source.path]
        or (changed and not changed.isdisjoint(_asked(after)[page.source.path]))
    )


def is_settled(look: Look, page: Document) -> bool:
    """Whether all that a page shows is known."""
    return not look.unsettled or not (_of_all(page) or look.unsettled.intersection(files_of(look)[page.source.path]))


def _of_all(page: Document) -> bool:
    """Whether a page shows what is computed from the whole book."""
    return any(not placeholder.stems for placeholder in page.placeholders)


def _files(look: Look, page: Document) -> frozenset[str]:
    chapter = look.chapter
    names = {chapter.paths[stem] for stem in _asked(look)[page.source.path] if stem in chapter.paths}
    # Only where something is included that is no listing, such as a file that is no Python, it is searched for.
    if page.includes_more:
        names |= {path for path in chapter.files if f'"{_below(look, path)}' in page.source.text}
    names |= {document.source.path for document in _notes(look, page)}
    names |= {chapter.scripts[figure.name].source.path for figure in page.figures if figure.name in chapter.scripts}
    return frozenset({page.source.path, *names})


@lru_cache(maxsize=2)  # as above
def _shown(look: Look) -> Mapping[str, tuple[object, ...]]:
    """For each page all that it is made of, but for the runs of its snippets."""
    files = files_of(look)
    shown: dict[str, tuple[object, ...]] = {}
    for page in look.chapter.pages:
        path = page.source.path
        figures = [look.chapter.scripts.get(figure.name) for figure in page.figures]
        wrong = tuple(problem for problem in look.problems if problem.path in files[path])
        stems = sorted(_asked(look)[path])
        sources = [look.sources.get(stem) for stem in stems]
        shown[path] = (page, *_notes(look, page), *figures, wrong, *stems, *sources, _linked(look, page))
    return shown


def _linked(look: Look, page: Document) -> frozenset[object]:
    """What a page shows of listings elsewhere: statements that notes link with its own, and where numbers and links lead."""
    chapter = look.chapter
    here = {listing.snippet for listing in page.listings}.union(
        *(placeholder.stems for placeholder in page.placeholders)
    )
    found: set[object] = set()
    stems = set(_asked(look)[page.source.path])
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


@lru_cache(maxsize=2)  # as above
def _asked(look: Look) -> Mapping[str, frozenset[str]]:
    """For each page the snippets that it and the notes that it shows speak of, and those that its figures draw."""
    asked: dict[str, frozenset[str]] = {}
    for page in look.chapter.pages:
        scripts = (look.chapter.scripts.get(figure.name) for figure in page.figures)
        asked[page.source.path] = page.spoken_of.union(
            *(notes.spoken_of for notes in _notes(look, page)),
            *(script.probes for script in scripts if script),
            *(placeholder.stems for placeholder in page.placeholders),
        )
    return asked


def _notes(look: Look, page: Document) -> tuple[Document, ...]:
    stems = dict.fromkeys(listing.snippet for listing in page.listings)
    return tuple(look.chapter.notes[stem] for stem in stems if stem in look.chapter.notes)


def _below(look: Look, path: str) -> str:
    return path.removeprefix(f"{look.chapter.config.snippets}/")
