"""figures: drawings from the values of the runs, made by scripts in a child process; networks, read from them."""

from backprop_book.figures.drawing import DataTable, Drawing
from backprop_book.figures.gallery import Gallery
from backprop_book.figures.network import PHASES, Beat, Graph, Network
from backprop_book.figures.svg import Picture
from backprop_book.figures.training_frames import Round, Rounds

__all__ = ["PHASES", "Beat", "DataTable", "Drawing", "Gallery", "Graph", "Network", "Picture", "Round", "Rounds"]
