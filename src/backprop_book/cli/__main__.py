"""The command line without the installed script: `python -m backprop_book.cli`."""

from backprop_book.cli import main

main()
