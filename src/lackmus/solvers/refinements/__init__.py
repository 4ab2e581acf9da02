"""What is said of an equilibrium found: consistent beliefs, the intuitive criterion, D1.

`signalling` tells which games the criteria are defined for and `signalling_polyhedra` lays out
their choices and beliefs; `criteria` judges an equilibrium; `trembles` looks for those that show a
profile sequential.

May import `exact` and `budget`; it knows no method, so that a method cannot judge its own result.
"""
