"""snippet: a runnable Python file, taken apart into statements that a quote can be anchored to."""

from backprop_book.snippet.anchor import Mismatch, anchor
from backprop_book.snippet.quoting import quote
from backprop_book.snippet.source import Snippet, loops, names, parse

__all__ = ["Mismatch", "Snippet", "anchor", "loops", "names", "parse", "quote"]
