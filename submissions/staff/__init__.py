"""The reviewers' pages in the admin."""
