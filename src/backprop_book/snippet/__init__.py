"""snippet: a runnable Python file, taken apart into statements that a quote can be anchored to."""

from backprop_book.snippet.anchor import LAYOUT, Mismatch, anchor, readable
from backprop_book.snippet.quoting import quote
from backprop_book.snippet.source import Snippet, loops, names, parse

__all__ = ["LAYOUT", "Mismatch", "Snippet", "anchor", "loops", "names", "parse", "quote", "readable"]
