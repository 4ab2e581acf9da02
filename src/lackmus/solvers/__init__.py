"""Game to solution."""
