"""From a game to its solutions: one door, `solve`, and a room for each kind of method.

* `quantal_response`: agent logit equilibria, their limit, and many draws at once.
* `enumeration`: every equilibrium of a small game, or one proven exactly.
* `large_games`: one equilibrium of a game too large to list any.
* `refinements`: what is said of an equilibrium found: trembles, the intuitive criterion, D1.
* `exact`: arithmetic, polyhedra and polynomial systems without rounding.
* `kernels`: what every compiled kernel stands on.
* `budget`: the time a method may take, and the record it hands back.

The first three know nothing of each other; each may import the rooms below it, as its own first
lines say and `.importlinter` holds.
"""
