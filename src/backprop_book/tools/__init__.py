"""tools: the command line (`cli`), the doc tests for pytest (`doc_tests`), and the search for claims that cannot fail (`mutate`).

`cli` has a module for each command: `check` lists problems, `fix` writes changed numbers, `new` writes skeletons, `report` counts claims,
`trace` shows the steps of a script, and `mutate` makes numbers and names wrong, one at a time, and lists what no check notices.
"""
