"""explain: the arithmetic of one step, written out from the values that its statement read.

`working.workings` evaluates a statement over terms, which are numbers that keep their arithmetic as text (`term`, `operations`,
`evaluate`), and compares the result with the value in the run. `learning.learned` does so for PyTorch calls that hide their arithmetic.
Both need NumPy. Import them where they are called, so that a book whose listings are cached is built without it.
"""

from backprop_book.explain.result import Element, Working

__all__ = ["Element", "Working"]
