"""memory: texts that are remembered in files from one run to the next, and the digests that tell whether they are still good."""

from backprop_book.memory.entries import is_kept, keep, kept, put
from backprop_book.memory.machinery import code, installed, machinery, versions

RUNS = ".cache/runs"
"""Where runs are remembered, below the root of the book."""
PAGES = ".cache/pages"
"""Where it is remembered how pages and their listings were shown."""
FIGURES = ".cache/figures"
"""Where drawn figures are remembered."""

__all__ = ["FIGURES", "PAGES", "RUNS", "code", "installed", "is_kept", "keep", "kept", "machinery", "put", "versions"]
