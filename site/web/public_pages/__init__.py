"""Pages that everybody reads alike: when they change, and how they are kept."""
