"""Tokens for programs: what they open, how they are issued, and their pages."""
