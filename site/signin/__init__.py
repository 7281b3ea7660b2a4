"""Signing in: by code, by password, by «دولت من»; stages and sessions."""
