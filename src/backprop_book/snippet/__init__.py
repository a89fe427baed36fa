"""snippet: a runnable Python file, taken apart into statements that a quote can be anchored to."""

from backprop_book.snippet.quotes import LAYOUT, Mismatch, anchor, quote, readable
from backprop_book.snippet.source import Snippet, loops, names, parse

__all__ = ["LAYOUT", "Mismatch", "Snippet", "anchor", "loops", "names", "parse", "quote", "readable"]
