"""network: one training step of a network as four moments, drawn from the run of a listing."""

from backprop_book.render.network.page import network

__all__ = ["network"]
