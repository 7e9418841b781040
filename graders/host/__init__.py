"""The grading machine: files, processes, and whose code may run."""
