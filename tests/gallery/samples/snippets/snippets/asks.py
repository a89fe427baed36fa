"""A snippet that waits for somebody to type."""

rate = float(input("rate? "))
