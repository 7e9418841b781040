"""Attempts to break into the service, each kept as a test."""
