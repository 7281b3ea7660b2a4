"""Shared pieces of models: constraints with messages, frozen rows, the cache's table."""
