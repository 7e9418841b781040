"""Practice: a student's own code checked against expected values, without the reference."""
