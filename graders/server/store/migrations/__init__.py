"""The migrations that bring a database to the models, step by step, at every start."""
