"""For those who write cases and solvers of their own."""
