"""The results of grading as data: reports, verdicts, evidence, the record of a run."""
