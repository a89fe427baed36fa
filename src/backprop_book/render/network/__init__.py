"""network: one training step as four moments, or the iterations of a loop, drawn from the run of a listing."""

from backprop_book.render.network.loop import loop
from backprop_book.render.network.page import network

__all__ = ["loop", "network"]
