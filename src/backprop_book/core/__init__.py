"""core: what all other packages import: the trace (`model`), problems, configuration, colours of symbols, expressions, the cache."""

__all__ = ["cache", "config", "expressions", "functions", "model", "problems", "symbols"]
