"""run: runs scripts in child processes, caches their runs, and replays their variables.

`Tracer` takes a `Request` and returns a `Run`: from the cache (`cache`), or from the child process (`connection`), which runs
`record.server` and records each script. `environments` says which environment a script is given, and `states` what its variables
held at a step.
"""

from backprop_book.run.environments import environment
from backprop_book.run.request import Conditions, Limits, Request
from backprop_book.run.states import before, state
from backprop_book.run.tracer import DroppedError, Tracer

__all__ = ["Conditions", "DroppedError", "Limits", "Request", "Tracer", "before", "cache", "environment", "state"]
