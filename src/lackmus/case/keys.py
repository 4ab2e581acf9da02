"""The keys that each part of a case file may have; read by the reader and by the JSON Schema."""

from __future__ import annotations

from lackmus.case import syntax
from lackmus.case.declared import keys_of

SECTIONS = (
    "lackmus", "title", "author", "summary", "notes", "asked", "sources", "passages", "actors",
    "observers", "facts", "joint aims", "assumptions", "correlations", "moves", "stakes",
    "precision", "claims", "statements", "observations", "dissents", "known answer", "comments",
)  # fmt: skip
SOURCE = keys_of(syntax.Source)
CITATION = ("source", "paragraph", "chars", "sha256")
ACTOR = ("name", "says", "aims", "known to", "cite")
CHANCE = ("probability", "says")
FACT = ("values", "known to", "says", "cite")
JOINT_AIMS = ("over", "chances")
ASSUMPTION = ("value", "range", "distribution", "says", "cite", "because")
CORRELATION = ("between", "rho")
MOVE = (
    "by", "options", "if", "seen by", "noticed by", "chance", "signal of", "to", "right", "says",
    "date", "cite",
)  # fmt: skip
OPTION = ("if", "says", "number")
ANY_OF = "any of"
ROUNDS = ("name", "count", "moves", "ends if", "discount", "state", "says")
STATE = ("start", "next")
STAKE = ("worth", "if", "every", "order", "scale", "name", "says", "cite", "because")
CLAIM = keys_of(syntax.Claim)
STATEMENT = keys_of(syntax.Statement)
OBSERVATION = keys_of(syntax.Observation)
RELIABILITY = keys_of(syntax.Reliability)
OBSERVATIONS_FILE = ("lackmus", "sources", "observations")

#: Keys of a move that go with one kind of it only.
ONLY_WITH = {
    "by": ("options",),
    "chance": (),
    "signal of": ("to", "right"),
}
