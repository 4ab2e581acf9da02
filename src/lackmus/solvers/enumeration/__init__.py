"""Equilibria in lists, in exact arithmetic: all of a small game, or some that are proven.

Four methods, each a module that knows none of the others: `backward_induction`, `extreme_nash`,
`lemke` and `perfect_bayesian`. The other modules are their parts.

May import `refinements`, `exact` and `budget`; no kernels, so that nothing here is compiled.
"""
