"""worked: the arithmetic of one step, written out from the values that its statement read."""

from backprop_book.worked.learning import learned
from backprop_book.worked.working import Element, Working, worked, workings

__all__ = ["Element", "Working", "learned", "worked", "workings"]
