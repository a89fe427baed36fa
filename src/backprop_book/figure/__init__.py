"""figure: drawings from the values of the runs, made by scripts in a child process, one for each width of window."""

from backprop_book.figure.drawing import Cells, Drawing
from backprop_book.figure.gallery import Gallery
from backprop_book.figure.svg import Picture

__all__ = ["Cells", "Drawing", "Gallery", "Picture"]
