"""Authoring: write a course and prove that it holds."""
