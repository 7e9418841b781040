"""Small slips in a Python text: one edit at one place."""
