"""What grading says, as data: reports, verdicts, evidence, the record of a run."""
