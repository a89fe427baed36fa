"""run: runs scripts in child processes, keeps their runs, and replays what their variables held."""

from backprop_book.record import OpaqueError, applies_relu, decode, from_json, switched, to_json, visible
from backprop_book.run.environments import environment
from backprop_book.run.request import Conditions, Limits, Request
from backprop_book.run.states import before, state
from backprop_book.run.tracer import DroppedError, Tracer

__all__ = [
    "Conditions", "DroppedError", "Limits", "OpaqueError", "Request", "Tracer", "applies_relu", "before", "decode", "environment", "from_json", "state",
    "switched", "to_json", "visible",
]  # fmt: skip
