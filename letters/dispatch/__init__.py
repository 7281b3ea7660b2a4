"""The way of an issued letter to those it is for: each recipient's own, by one channel."""
