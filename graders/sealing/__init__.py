"""Texts that open once a student's own code gives the right answers: they are sealed with the answers themselves."""
