"""Texts that open when one's own code gives the right answers: sealed by the answers themselves."""
