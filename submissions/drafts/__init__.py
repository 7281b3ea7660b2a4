"""Drafts: forms, saving, completeness, concurrent editing."""
