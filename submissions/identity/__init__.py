"""Who the parties are: verification, succession, agency."""
