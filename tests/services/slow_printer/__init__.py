"""In the killed worker: the first rendering never ends, and says which process it is."""
