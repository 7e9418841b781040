"""Grading: compares a submission with the reference, from its files to its report."""
