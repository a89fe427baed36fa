"""A textbook chapter whose every number is executed, and the machinery that makes it so."""
