"""Authoring: what writes and proves a course."""
