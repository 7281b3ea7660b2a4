"""The catalog and the office in the admin."""
