"""chapter: scans pages, notes and the README into regions with offsets; the only place where Markdown is read."""
