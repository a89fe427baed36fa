"""record: run a script in a child process and see what every statement does.

A parent process sends orders to a server (`child_protocol`, `server`), which starts a child for each of them (`child`,
`process`). The child rewrites the syntax tree of the script, so that each statement is followed by a hook (`rewrite`);
nothing else of the interpreter is switched on, and the script prints, raises and computes the same as without the hooks.
The hooks (`recorder`, `steps`) compare the variables of the frame with their previous values (`namespace_diff`,
`fingerprint`, `encoder`), decide which steps the trace keeps (`run_state`), and evaluate the expressions that others ask
about (`probes`, `evaluation`, `expressions`, `vacuity`). The child writes the run as JSON (`codec`), with the files that
the script depends on (`dependencies`). Nothing is imported here: a child must not load a module of this package before
`startup` has prepared the interpreter.
"""

__all__ = ["activations", "child_protocol", "codec", "decoder", "dependencies", "expressions"]
