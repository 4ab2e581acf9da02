"""What every compiled kernel stands on: layout, passes over a game, lanes, the cache.

May import nothing else of the solvers.
"""
