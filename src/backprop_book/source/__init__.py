"""source: a runnable Python file, taken apart into statements that a quote can be anchored to.

`parse` splits a file into statements, sections and names. `anchor` finds the statement that a quote means, and `quote` writes the
shortest quote of a statement. `locate` finds the statements of a tree, also for the recorder.
"""

from backprop_book.source.nodes import LOOPS, SCOPES, Node, locate
from backprop_book.source.quotes import Mismatch, anchor, quote
from backprop_book.source.source import Snippet, parse

__all__ = ["LOOPS", "SCOPES", "Mismatch", "Node", "Snippet", "anchor", "locate", "parse", "quote"]
