"""Identity of parties: verification, succession, agency."""
