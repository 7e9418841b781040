"""Runs a student's code where it can reach nothing, and reads what comes back."""
