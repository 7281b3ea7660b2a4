"""In the killed worker: an import reads in short slices, and its first merge never ends."""
