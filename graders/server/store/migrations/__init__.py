"""How a database becomes the one that the models describe, step by step; it is done at every start."""
