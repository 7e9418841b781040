"""The machine that grades: files, processes, whose code is run."""
