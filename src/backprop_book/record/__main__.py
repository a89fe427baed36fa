"""Run as `python -m backprop_book.record`: the server, or with `child FILE SERVER` one child of a server."""

import json
import os
import sys
from pathlib import Path

from backprop_book.record.startup import keep_builtins


def main() -> None:
    """Serve on the standard streams, which scripts never see, or run as a child.

    Raises:
        Launch: In a child whose script is ready to run.
    """
    keep_builtins()
    # Only now, so that they get the copy of the built-in names.
    from backprop_book.record.child import perform
    from backprop_book.record.process import end_with
    from backprop_book.record.server import libraries, preload, serve

    if sys.argv[1:2] == ["child"]:
        end_with(int(sys.argv[3]))
        message = json.loads(Path(sys.argv[2]).read_text(encoding="ascii"))
        preload(libraries(message["order"]))
        perform(message)
    start = sys.argv[1] if len(sys.argv) > 1 else "fork"
    incoming, outgoing = os.dup(0), os.dup(1)
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.close(nothing)
    serve(incoming, outgoing, start, perform)


if __name__ == "__main__":  # pragma: no branch - nothing imports it
    main()
