"""Small slips in a text of Python: one edit at one place."""
