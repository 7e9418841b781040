"""Practice: a student's own code against expected values, without the reference."""
