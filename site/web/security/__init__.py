"""Who comes, what their browser may run, and what it reports."""
