"""A graph of a step."""

GRAPH = {
    "input": "net.x",
    "loss_new": "net.h",
}
ROWS = [0, 1]
