"""PostgreSQL as Django's own backend, which gives up a server that stands still."""
