"""The certificate once more, compiled: for profiles in floats that reach everything.

What is certified, and what it means, is said by `lackmus.solution`, which this room is held to by
tests; it imports no solver. What it does not cover it hands to `lackmus.solution.certify`.
"""
