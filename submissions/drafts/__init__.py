"""What the applicant writes before it is handed in, and while it is mended."""
