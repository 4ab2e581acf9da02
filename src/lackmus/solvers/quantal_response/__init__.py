"""Agent logit quantal response equilibria: the principal branch, its limit, its derivatives.

`logit` is the room's door. `path_follower` chooses between `branch` (direct factors from `sparse`)
and `krylov` (games too large for them), both working in the arrays of `workspace`; `limit` goes
from far out on the branch to the equilibrium it tends to, `derivatives` differentiates at a point.

May import `kernels` and `budget`; no other method, and nothing exact.
"""
