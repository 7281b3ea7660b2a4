"""Doors that strangers press, and what they cost."""
