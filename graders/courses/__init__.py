"""A course on disk."""
