"""Writes docs/reference/language.md from the grammar, the syntax tree and the constructs."""

from __future__ import annotations

import runpy
from pathlib import Path

from lackmus.case import (
    check,
    expression,
    moves,
    parse,
    syntax,
    typing_rules,
    yaml_reader,
)
from lackmus.case import fields as readers
from lackmus.case.assuming import default_precision
from lackmus.case.declared import declared
from lackmus.case.text import number_text
from lackmus.compiler import bounds

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs/reference/language.md"
TABLE = runpy.run_path(str(ROOT / "scripts/constructs.py"))

HEAD = """\
# The case language

<!-- Made by scripts/build_reference.py from the grammar, the syntax tree, scripts/constructs.py -->

A case is one YAML file, or a folder with `case.yaml`, `observations.yaml` and dissents. This page
lists every construct: what it says, what it means as a game, and an example. What a solution of
the game is, and how claims are asked of it, is told in
[the mathematics](../explanation/mathematics.md).

YAML is read as plain data: aliases, anchors, tags and duplicate keys are refused. Names have
letters, digits and underscores, and do not begin with a digit. An expression that contains `,`
`[` `]` `{` or `}` needs quotes between `{` and `}`, or a line of its own; so does a text with `: `
in it. A first line `# yaml-language-server: $schema=case.schema.json` lets an editor complete and
check the file.

A value that begins with `TODO`, and stands in no quotes, is still to be written. A case that has
one is a draft: `lackmus check` lists what it lacks and verifies its citations, and nothing is
solved. See [how to draft from an article](../how-to/draft-from-an-article.md).

Each example changes this case, as a [dissent](#dissents) would:

```yaml
BASE```
"""


def text() -> str:
    """The page."""
    parts = [HEAD.replace("BASE", TABLE["BASE"])]
    for part in dict.fromkeys(construct.part for construct in TABLE["CONSTRUCTS"]):
        parts.append(f"## {part}\n")
        parts += [_construct(c) for c in TABLE["CONSTRUCTS"] if c.part == part]
    return "\n".join([*parts, _fields(), _words(), _limits(), _grammar()])


def _construct(construct: object) -> str:
    title, says = getattr(construct, "title", ""), getattr(construct, "says", "")
    game, example = getattr(construct, "game", ""), getattr(construct, "example", "")
    return f"### {title}\n\n{says}\n\n*As a game.* {game}\n\n```yaml\n{example}```\n"


_CONSTRUCTS = {
    "A case": (syntax.Case,),
    "A source": (syntax.Source,),
    "A citation in full": (syntax.Citation,),
    "An actor": (syntax.Actor,),
    "A fact": (syntax.Fact,),
    "A value of an aim or a fact, an option of a chance move": (syntax.Chance,),
    "Joint aims": (syntax.JointAims,),
    "An assumption": (syntax.Assumption,),
    "A correlation": (syntax.Correlation,),
    "A move": (syntax.Move,),
    "An option": (syntax.Option,),
    "Rounds": (syntax.Rounds,),
    "A state": (syntax.State,),
    "A stake": (syntax.Stake, syntax.OrdinalStake),
    "An event": (syntax.Event,),
    "A claim": (syntax.Claim,),
    "A statement": (syntax.Statement,),
    "An observation": (syntax.Observation,),
    "A reliability": (syntax.Reliability,),
}


def _fields() -> str:
    parts = ["## Fields\n"]
    for title, nodes in _CONSTRUCTS.items():
        rows = [f"| `{field.key}` | {field.says} |" for field in declared(*nodes)]
        parts.append("\n".join([f"### {title}\n", "| key | |", "|---|---|", *rows, ""]))
    return "\n".join(parts)


def _words() -> str:
    words = ", ".join(f"`{word}`" for word in sorted(expression.RESERVED, key=str.lower))
    return f"## Reserved words\n\nThese cannot be names: {words}.\n"


def _limits() -> str:
    drawn = default_precision()
    low, high = (number_text(n) for n in drawn.distribution.parameters)
    rows = (
        ("characters of a file", yaml_reader.LARGEST),
        ("nodes of a file", yaml_reader.MOST_NODES),
        ("characters of an expression", expression.LONGEST),
        ("operations of an expression within each other", expression.DEEPEST),
        ("characters of a name", readers.LONGEST_NAME),
        ("options of a move", check.MOST_OPTIONS),
        ("rounds of a block", typing_rules.MOST_ROUNDS),
        ("combinations of joint aims", check.MOST_CELLS),
        ("ranks of an order", moves.MOST_RANKS),
        ("items of `any of`", moves.MOST_ITEMS),
        ("histories of a game", bounds.DEFAULT_LIMIT),
        ("dissents on top of each other", parse.DEEPEST_DISSENT),
    )
    lines = [f"| {what} | {most:,} |" for what, most in rows]
    defaults = (
        ("who sees a move", "everyone"),
        ("who knows an aim, a fact", "the actor himself; nobody"),
        ("when a move is made, an option open, a stake counted", "always"),
        ("precision", f"{number_text(drawn.value)}, from {low} to {high}, log-uniform"),
        ("an assumption without a range", "fixed"),
        ("name of the round's number", f"`{syntax.ROUND_NUMBER}`"),
        ("start of a state", "0"),
        ("an observation", "certain"),
    )
    unsaid = [f"| {what} | {value} |" for what, value in defaults]
    return "\n".join([
        "## Defaults\n", "| if unsaid | |", "|---|---|", *unsaid, "", "## Limits\n",
        "Larger files are refused with a message.\n", "| most | |", "|---|---|", *lines, "",
    ])  # fmt: skip


def _grammar() -> str:
    grammar = expression.grammar_text()
    return f"## Grammar of expressions\n\nIn lark's notation; LALR(1).\n\n```lark\n{grammar}```\n"


if __name__ == "__main__":
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text(text(), encoding="utf-8")
    print(TARGET.name)
