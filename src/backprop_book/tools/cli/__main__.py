"""The command line without the installed script: `python -m backprop_book.tools.cli`."""

from backprop_book.tools.cli import main

main()
