"""The import of contracts from a sheet."""
