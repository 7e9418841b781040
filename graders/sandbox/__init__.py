"""Running a student's code where it can reach nothing, and reading what came back."""
