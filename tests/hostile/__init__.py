"""Submissions that attack, and proof that each attack works where the layer that stops it is missing."""
