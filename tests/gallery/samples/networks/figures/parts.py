"""A step."""

NETWORK = {
    "input": "net.x",
    "hiden": "net.h",
    "target": "other.target",
}
DATA = {"x": "net.x"}
