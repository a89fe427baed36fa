"""figure: drawings from the values of the runs, made by scripts in a child process; networks, read from them."""

from backprop_book.figure.drawing import DataTable, Drawing
from backprop_book.figure.gallery import Gallery
from backprop_book.figure.network import PHASES, Beat, Graph, Network
from backprop_book.figure.rounds import Round, Rounds
from backprop_book.figure.svg import Picture

__all__ = ["PHASES", "Beat", "DataTable", "Drawing", "Gallery", "Graph", "Network", "Picture", "Round", "Rounds"]
