"""One equilibrium of a game too large to list any: regret matching, linear programming.

May import `kernels` and `budget`; no other method, and nothing exact.
"""
