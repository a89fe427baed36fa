"""Rounds."""

NETWORK = {
    "input": "net.x",
}
ROWS = [0]
