"""What is told of a submission: the report, its progress, the copy on paper."""
