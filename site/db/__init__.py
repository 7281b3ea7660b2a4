"""What the models of all apps share: constraints in words, frozen rows, the cache's table."""
