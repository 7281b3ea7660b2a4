"""The steps: how a submission moves, where it goes, by when."""
