"""The keys that each part of a case file may have; read by the reader and by the JSON Schema."""

from __future__ import annotations

SECTIONS = (
    "lackmus", "title", "author", "summary", "notes", "asked", "sources", "passages", "actors",
    "observers", "facts", "joint aims", "assumptions", "correlations", "moves", "stakes",
    "precision", "claims", "statements", "observations", "dissents", "known answer", "comments",
)  # fmt: skip
SOURCE = ("title", "author", "published", "language", "sha256", "url", "file")
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
CLAIM = (
    "by", "reported by", "says", "observer", "date", "resolves", "cite", "for each",
    "holds if", "matters from", "reason", "resolves if", "annulled unless", "stated",
)  # fmt: skip
STATEMENT = ("speaker", "reporter", "date", "says", "bears on", "cite")
OBSERVATION = (
    "date", "saw", "by", "certain", "reliability", "via", "says", "cite", "because",
)  # fmt: skip
RELIABILITY = ("hit", "false alarm")
OBSERVATIONS_FILE = ("lackmus", "sources", "observations")

#: Keys of a move that go with one kind of it only.
ONLY_WITH = {
    "by": ("options",),
    "chance": (),
    "signal of": ("to", "right"),
}
