"""Grading: a submission against the reference, from its files to its report."""
