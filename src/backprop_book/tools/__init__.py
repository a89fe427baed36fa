"""tools: what people call: the command line, the search for mutants that survive, and the doc tests for pytest."""
