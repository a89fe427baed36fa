"""worked: the arithmetic of one step, written out from the values that its statement read.

What writes it out, `working.workings` and `learning.learned`, needs NumPy and is imported where it is used: a book whose listings are
all remembered is built without.
"""

from backprop_book.worked.result import Element, Working

__all__ = ["Element", "Working"]
