"""What a solver hands back, and how to check it without one."""
