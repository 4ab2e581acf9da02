"""Agent logit quantal response equilibria: the principal branch, its limit, its derivatives.

`logit` is the room's door. `path_follower` chooses between `branch` (direct factors from `sparse`)
and `krylov` (games too large for them), both working in the arrays of `workspace`; a lane of a
branch goes by `continuation`, corrected by `newton`; `points` has the doors to it; `walk` follows
one game's branch and says how that went, `arms` follows the branches that cross it, `limit` goes
from far out on a branch to the equilibrium it tends to, `derivatives` differentiates at a point.

May import `kernels` and `budget`; no other method, and nothing exact.
"""
