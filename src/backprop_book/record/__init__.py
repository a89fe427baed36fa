"""record: run a script in a child process and see what every statement does.

The script's syntax tree is rewritten, so that each statement is followed by a hook; nothing else of the
interpreter is switched on, and what the script prints, raises and computes stays as it was.
"""
