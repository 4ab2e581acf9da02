"""The keys of a case file that no construct of `syntax` declares."""

from __future__ import annotations

from typing import Final

from lackmus.case import syntax
from lackmus.case.declared import keys_of

#: Sections that are no field of a case: the language's version, and names for citations.
VERSION: Final = "lackmus"
PASSAGES: Final = "passages"
SECTIONS: Final = (VERSION, *keys_of(syntax.Case), PASSAGES)
OBSERVATIONS_FILE: Final = (VERSION, "sources", "observations")
#: Under this stand items of a move of which several may be taken at once.
ANY_OF: Final = "any of"
#: What makes a move one of an actor, of chance, or a signal.
FORMS_OF_MOVE: Final = ("by", "chance", "signal of")
