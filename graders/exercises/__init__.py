"""Per unit: how its exercises are called, on which inputs, and what is compared; found by file name, never listed."""
