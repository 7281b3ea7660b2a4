"""Tokens of identity as OpenID Connect has them."""
