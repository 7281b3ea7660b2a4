"""Shared pieces of all pages: refusals, requests, pagination, limits, middleware."""
