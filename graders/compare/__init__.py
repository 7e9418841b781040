"""Compare a student's outputs with the reference's, and say which mistake was made."""
