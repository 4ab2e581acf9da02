"""A draft as a case file: what was found is filled in, what is left to an author is marked TODO.

The file holds no words of the text but names: passages are places and hashes, and every paraphrase
is left to be written. See `lackmus.case.gaps` for what a gap is.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Final

from lackmus.case.syntax import Source
from lackmus.case.writer import scalar
from lackmus.drafting.draft import Candidate, ClaimKind, Draft, Passage, Said

#: How a claim of each kind is often asked; capitals stand for names of the case.
FORMS: Final[dict[ClaimKind, str]] = {
    "prediction": "P(MOVE = OPTION) > 0.5",
    "conditional": "P(MOVE = OPTION | OTHER_MOVE = OPTION) > 0.5",
    "aim or pretext": "P[public](ACTOR.aim = AIM | MOVE = OPTION) > P[public](ACTOR.aim = AIM)",
    "indicator": "shift(ACTOR.aim; MOVE) > 0.05",
    "comparison": "E(ACTOR | MOVE = OPTION) > E(ACTOR | MOVE = OTHER_OPTION)",
    "counterfactual": "P(MOVE = OPTION | do(OTHER_MOVE = OPTION)) < P(MOVE = OPTION)",
}

_HEAD: Final = """\
# A draft: what rules found in the text, and what is left to write, each marked TODO. Nothing is
# tested before the last TODO is gone.
#
#     lackmus check DIR --todo             what is lacking, most consequential first
#     lackmus check DIR --sources FOLDER   the same with places; verifies the citations
#
# Begin with who knows what (actors, aims, moves and who sees them), go on with the stakes, and put
# the questions last. What the rules found can be wrong: take out what is none of the case's
# business. A # and the rest of its line are a comment; `found by` names the rule.
"""

_AIMS: Final = "what it may be after; or no line   # such as {one_aim: 0.5, other_aim: rest}"
_ROUNDS: Final = "{rounds: {name: day, count: 3, moves: [...], ends if: MOVE = OPTION}}"
_NUMBERS: Final = "numbers with ranges   # such as {prior: {value: 0.4, range: [0.1, 0.7]}}"
_TERMS: Final = "a list of terms   # such as [{name: peace, worth: 2, if: MOVE = OPTION}]"


def case_text(draft: Draft) -> str:
    """The case file of a draft.

    Reading it raises a `DraftError` with the gaps and nothing else; its citations verify against
    the text it was made from.
    """
    return "\n".join(_HEAD.splitlines() + list(_sections(draft))) + "\n"


def _sections(draft: Draft) -> Iterator[str]:
    yield "lackmus: 1"
    yield f"title: {_text(draft.title)}" if draft.title else "title: TODO the case in a few words"
    if draft.source.published:
        yield f"asked: {draft.source.published}"
    yield from ("", "sources:", f"  {draft.source.id}: {_source(draft.source)}")
    if draft.left_off:
        yield f"# {draft.left_off} further sentences were found and left off."
    if draft.passages:
        yield from (
            "",
            "# Sentences by their places; characters are counted from the file's start.",
        )
        yield "passages:"
        for passage in draft.passages:
            yield f"  {passage.id}: {_passage(passage)}"
    yield from _actors(draft)
    yield from _moves(draft)
    yield from _stakes(draft)
    yield from _claims(draft)
    yield from _statements(draft)


def _actors(draft: Draft) -> Iterator[str]:
    yield ""
    yield "# Proposed from who is spoken of and who speaks; those who only look on are observers."
    if len(draft.actors) < 2:
        yield "# Fewer than two were found."
    if not draft.actors:
        yield "actors: TODO those who move, each with what it may hide"
    else:
        yield "actors:"
    for actor in draft.actors:
        yield f"  {actor.id}:   # in {actor.sentences} sentences"
        yield f"    name: {_text(actor.name)}"
        yield "    says: TODO who this is, in words"
        yield f"    aims: TODO {_AIMS}"
    yield f"observers: [{', '.join(draft.observers)}]"


def _moves(draft: Draft) -> Iterator[str]:
    yield from ("", "# What happens, in this order, and who sees it (`seen by`).")
    if draft.dates:
        yield "# The text says when:"
    for dated in draft.dates:
        day = str(dated.when.date) if dated.when.date else "no day by itself"
        what = "a deadline" if dated.deadline else "a time"
        yield f"#   {dated.passage}: {what}, {day} (found by {dated.when.rule})"
    deadline = next((d for d in draft.dates if d.deadline), None)
    if deadline is not None:
        yield f"# A deadline makes rounds: {_ROUNDS}"
    yield "moves: TODO what is done, by whom, with which options, and who sees it"


def _stakes(draft: Draft) -> Iterator[str]:
    yield ""
    yield "# What each outcome is worth. A number that one could doubt is an assumption."
    yield f"assumptions: TODO {_NUMBERS}"
    if not draft.actors:
        yield "stakes: TODO what each outcome is worth to each actor"
        return
    yield "stakes:"
    for actor in draft.actors:
        yield f"  {actor.id}: TODO {_TERMS}"


def _claims(draft: Draft) -> Iterator[str]:
    yield from (
        "",
        "# Candidates: sentences with the marker of a claim. Take out those that are none.",
    )
    if not draft.candidates:
        yield "claims: TODO what the text claims, as comparisons"
        return
    yield "claims:"
    published = draft.source.published
    for claim in draft.candidates:
        yield from _claim(claim, published)


def _claim(claim: Candidate, published: datetime.date | None) -> Iterator[str]:
    yield f"  {claim.id}:   # {claim.kind}, found by '{claim.rule}'"
    yield f"    by: {_who(claim.by)}"
    if claim.reporter:
        yield f"    reported by: {_text(claim.reporter)}"
    yield "    says: TODO the claim in your own words"
    if published:
        yield f"    date: {published}"
    if claim.resolves:
        yield f"    resolves: {claim.resolves}"
    elif claim.open_date:
        yield "    resolves: TODO the day that the passage means, or no line"
    yield f"    cite: {claim.passage}"
    yield f"    holds if: TODO a comparison   # such as {FORMS[claim.kind]}"


def _statements(draft: Draft) -> Iterator[str]:
    if not draft.statements:
        return
    yield from ("", "# Who said what, by whom it is reported.")
    yield "statements:"
    for said in draft.statements:
        yield from _statement(said, draft.source.published)


def _statement(said: Said, published: datetime.date | None) -> Iterator[str]:
    quotes = ", with words quoted" if said.quotes else ""
    yield f"  {said.id}:   # {said.kind}{quotes}, found by '{said.rule}'"
    yield f"    speaker: {_who(said.speaker)}"
    if said.reporter:
        yield f"    reporter: {_who(said.reporter)}"
    if published:
        yield f"    date: {published}"
    yield "    says: TODO in your own words"
    if said.bears_on:
        yield f"    bears on: [{said.bears_on}]"
    yield f"    cite: {said.passage}"


def _who(name: str) -> str:
    return _text(name) if name else "TODO who is meant"


def _source(source: Source) -> str:
    fields = {
        "title": _text(source.title) if source.title else "",
        "author": _text(source.author) if source.author else "",
        "published": str(source.published or ""),
        "language": source.language,
        "sha256": source.sha256,
        "file": _text(source.file),
    }
    return "{" + ", ".join(f"{key}: {value}" for key, value in fields.items() if value) + "}"


def _passage(passage: Passage) -> str:
    place = passage.citation
    return (
        f"{{source: {place.source}, paragraph: {place.paragraph}, "
        f"chars: [{place.start}, {place.end}], sha256: {place.sha256}}}"
    )


def _text(text: str) -> str:
    """A text as a YAML scalar that is no gap."""
    written = scalar(text, flow=True)
    return f'"{text}"' if written.startswith("TODO") else written
