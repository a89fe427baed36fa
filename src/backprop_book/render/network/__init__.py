"""network: one training step as four moments or as a computational graph, or the iterations of a loop, drawn from a run."""

from backprop_book.render.network.graph import graph
from backprop_book.render.network.page import loop, network

__all__ = ["graph", "loop", "network"]
