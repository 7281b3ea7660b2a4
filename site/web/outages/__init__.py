"""Neighbours that fail and hosts with too much to do: what is answered then."""
