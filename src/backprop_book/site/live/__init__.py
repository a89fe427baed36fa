"""live: the book while it is being edited: served, checked and rebuilt at every save, with its problems in its pages."""
