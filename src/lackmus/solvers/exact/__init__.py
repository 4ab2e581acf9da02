"""Exact computation: numbers, linear complementarity, polyhedra, polynomial systems.

`arithmetic` is the one door to python-flint. Knows nothing of games.

May import `budget` only.
"""
