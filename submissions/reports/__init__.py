"""What people read of a submission: report, progress, PDF copy."""
