"""core: the words that every package speaks: the trace, problems with their places, the configuration, symbols."""
