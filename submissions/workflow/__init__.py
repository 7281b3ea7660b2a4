"""Workflow of submissions: steps, routing, deadlines."""
