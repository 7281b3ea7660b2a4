"""Searches of the admin: of Wagtail's own lists, and of ours."""
