"""Makes pytest collect the doc tests of the book: pages, notes, snippets and the README."""

from pathlib import Path

from backprop_book.tools.doc_tests import DocTests

doctests = DocTests(Path(__file__).parent)
pytest_collect_file = doctests.collect_file
pytest_pycollect_makemodule = doctests.make_module
pytest_collection_finish = doctests.collection_finish
pytest_unconfigure = doctests.close
