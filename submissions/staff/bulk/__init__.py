"""Steps that are taken on many requests at once."""
