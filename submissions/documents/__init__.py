"""Uploaded files: stored, continued, inspected, used again."""
