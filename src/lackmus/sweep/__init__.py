"""Many draws of one case."""
