"""unchanged: which documents of an earlier scan would be read as they were then, whatever has changed around them."""

import posixpath
import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache

from backprop_book.chapter.book import Chapter
from backprop_book.chapter.context import unread
from backprop_book.chapter.document import Document
from backprop_book.snippet import Snippet


def unchanged(chapter: Chapter, before: Chapter) -> Mapping[str, bool]:
    """For each document of an earlier scan, by its path, whether all that it can be read with is what it was then.

    Args:
        chapter: The chapter of now, before its documents are scanned.
        before: The earlier one.
    """
    is_known = chapter.config == before.config
    changes = _Changes(chapter, before)
    return {document.source.path: is_known and not changes.concern(document) for document in before.documents}


class _Changes:
    """What has changed in a chapter but for its documents, and which documents that concerns."""

    def __init__(self, chapter: Chapter, before: Chapter) -> None:
        self._code: dict[str, frozenset[str] | None] = {}
        """The snippets that came, went or changed, each with the names that it got or lost; None where more is new than names."""
        keys: list[tuple[str, str]] = []
        every = before.stems | chapter.stems
        came_or_went = before.stems ^ chapter.stems
        for stem in every:
            path, snippet, key = _of(before, stem)
            path_now, snippet_now, key_now = _of(chapter, stem)
            is_same = (path, snippet) == (path_now, snippet_now)
            if is_same and not (snippet is not None and came_or_went.intersection(snippet.imports)):
                continue
            # The first snippet counts that code is found in, and their order is that of their paths.
            keys += [(key, key_now)] if path == path_now else [(key, ""), ("", key_now)]
            names = _renamed(snippet, before.stems, snippet_now, chapter.stems) if path == path_now else None
            # Of a name that is a snippet's, too, nobody knows which is meant.
            self._code[stem] = None if names is None or names & every else names
        self._keys = keys
        self._scripts = {
            name
            for name in {*before.scripts, *chapter.scripts}
            if before.scripts.get(name) != chapter.scripts.get(name)
        }
        self._files = {
            posixpath.basename(path.rstrip("/")) for path, was in before.looked.items() if chapter.looked[path] != was
        }
        """The names of other files and folders that came or went."""
        self._has_others = any(
            set(old) != set(new)
            for old, new in (
                (before.stems, chapter.stems),
                (before.snippets, chapter.snippets),
                (before.scripts, chapter.scripts),
            )
        )
        # While a snippet cannot be read, code that stands in no other one is not told.
        self._untold = before.keys.values() if unread(before) and not unread(chapter) else None

    def concern(self, document: Document) -> bool:
        """Whether a document may be read otherwise now."""
        code, text = self._code, document.source.text
        if not (code or self._scripts or self._files):  # as nearly always: prose was saved
            return False
        # Notes quote the statements of their snippet, and those of others that they link.
        if document.snippet in code or not code.keys().isdisjoint(link.snippet for link in document.links):
            return True
        # What is wrong with a document may quote what is in a snippet, and name what resembles something that is missing.
        if document.problems and (self._has_others or any(name in text for name in (*code, *self._scripts))):
            return True
        # Code is found in a snippet that the document need not name.
        if any((each in old) != (each in new) for old, new in self._keys for each in document.sought):
            return True
        if self._untold is not None and any(not any(each in key for key in self._untold) for each in document.sought):
            return True
        # A document speaks of a snippet, a figure or a file by its name, and so of what stands in a snippet.
        if any(name in text for name in (*self._scripts, *self._files)):
            return True
        # Python reads a name in another form of Unicode as the same, and front matter can spell any character otherwise.
        plain = _plain(text)
        is_spelt = "\\" in text[: document.source.body]
        spoken_of = [names for stem, names in code.items() if is_spelt or stem in text or stem in plain]
        return None in spoken_of or any(name in plain for names in spoken_of for name in names or ())


@lru_cache(maxsize=1024)
def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _of(chapter: Chapter, stem: str) -> tuple[str | None, Snippet | None, str]:
    """What a chapter has of a snippet: the path of its file, itself if it can be read, and its code as quotes are searched for."""
    return chapter.paths.get(stem), chapter.snippets.get(stem), chapter.keys.get(stem, "")


def _renamed(
    before: Snippet | None, stems_before: Collection[str], now: Snippet | None, stems: Collection[str]
) -> frozenset[str] | None:
    """The names that a snippet binds otherwise than before; None where documents depend on more that has changed."""
    if before is None or now is None or tuple(before.sections) != tuple(now.sections):
        return None
    return frozenset(name for _, name in {*_bound(before, stems_before)} ^ {*_bound(now, stems)})


def _bound(snippet: Snippet, stems: Collection[str]) -> Iterator[tuple[str, str]]:
    """The names that a snippet binds, each with how."""
    for how, names in (
        ("module", snippet.module_names),
        ("inner", snippet.inner_names),
        ("imported", snippet.imported_names),
        ("from outside", snippet.names_from_outside(stems)),
    ):
        yield from ((how, name) for name in names)
