"""run: runs scripts in child processes, keeps their runs, and replays what their variables held."""

from backprop_book.record.activations import applies_relu, switched
from backprop_book.record.codec import from_json, to_json
from backprop_book.record.decoder import OpaqueError, decode
from backprop_book.record.dependencies import visible
from backprop_book.run.environments import environment
from backprop_book.run.request import Conditions, Limits, Request
from backprop_book.run.states import before, state
from backprop_book.run.tracer import DroppedError, Tracer

__all__ = [
    "Conditions", "DroppedError", "Limits", "OpaqueError", "Request", "Tracer", "applies_relu", "before", "decode", "environment", "from_json", "state",
    "switched", "to_json", "visible",
]  # fmt: skip
