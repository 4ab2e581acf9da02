"""What each tool does: plain arguments to a text; what is wrong with them is raised.

A tool's first argument is told how far the work is. A case always comes whole, as text, and reads
no file: it may extend cases of the library, and nothing else.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from lackmus.assistants.missing import missing_stakes
from lackmus.assistants.pages import part_of_language, patterns
from lackmus.assistants.prompts import quoted
from lackmus.case.check import check_case
from lackmus.case.gaps import DraftError
from lackmus.case.parse import parse_case, parse_parts
from lackmus.case.words import Section, in_words, words_text
from lackmus.foundation.errors import CaseError, Fault, InputError, UsageError
from lackmus.library.index import find

if TYPE_CHECKING:
    from lackmus.case.syntax import Case, Expr
    from lackmus.game.game import Game

Progress: TypeAlias = Callable[[str, int, int], None]
Json: TypeAlias = dict[str, Any]
_T = TypeVar("_T")

#: Characters of an article, and of an answer; more than a model reads with profit.
LARGEST_ARTICLE: Final = 400_000
LONGEST_ANSWER: Final = 60_000
MOST_DRAWS: Final = 10_000
_MOST_FAULTS: Final = 25
_MOST_INFOSETS: Final = 40
_MOST_HISTORIES: Final = 6
_MOST_ROWS: Final = 24
_MOST_DRIVERS: Final = 3
_WIDTH: Final = 100

#: What a text is called in faults, which have no file to name.
_FILE: Final = "case.yaml"

_INFORMATION: Final = frozenset(
    {"lackmus", "title", "author", "summary", "asked", "sources", "passages", "actors", "observers",
     "facts", "joint aims", "assumptions", "correlations", "moves", "precision"}
)  # fmt: skip
_AT_STAKE: Final = _INFORMATION | {"stakes"}
_WHO_KNOWS: Final = ("Who", "What nobody decides", "What happens, in this order")


# --- what helps to write a case ---


def schema(_tell: Progress, part: str = "") -> str:
    """A part of the language's reference; an overview where none is named."""
    return bounded(part_of_language(part))


def models(_tell: Progress, name: str = "") -> str:
    """Patterns and cases that can be followed: a list, or one in full."""
    return bounded(patterns(name))


def draft(
    _tell: Progress,
    text: str,
    published: str = "",
    language: str = "",
    author: str = "",
    title: str = "",
    file: str = "article.txt",
) -> str:
    """A case with gaps from an article, and the passages that it cites, quoted."""
    from lackmus.drafting.draft import draft as make  # noqa: PLC0415 - loads the lexica
    from lackmus.drafting.folder import case_text  # noqa: PLC0415 - as above
    from lackmus.drafting.intake import LANGUAGES, take_in_text  # noqa: PLC0415 - as above

    if len(text) > LARGEST_ARTICLE:
        message = f"the article has {len(text):,} characters; {LARGEST_ARTICLE:,} are read at most"
        raise UsageError(message, hint="send a part of it")
    if language and language not in LANGUAGES:
        hint = f"one of {', '.join(LANGUAGES)}, or nothing to have it guessed"
        raise UsageError(f"there are no rules for the language '{language}'", hint=hint)
    if not file or not set(file) <= _FILE_LETTERS or file.startswith("."):
        hint = "letters, digits, '.', '-' and '_', such as article.txt"
        raise UsageError(f"'{file}' is no name for the article's file", hint=hint)
    intake = take_in_text(
        text, file, published=_day(published), language=language, author=author, title=title
    )
    made = make(intake.text, intake.source, title)
    passages: Json = {}
    for passage in made.passages:
        place = passage.citation
        if sum(map(len, passages.values())) > LONGEST_ANSWER // 2:
            break
        passages[passage.id] = text[place.start or 0 : place.end]
    left = len(made.passages) - len(passages)
    told = [
        case_text(made),
        f"The text's SHA-256 is {made.source.sha256}: saved as {made.source.file}, in UTF-8 and "
        "unchanged, it is what the citations are verified against.",
        "Passages by their ids, " + _first_small(quoted(json.dumps(passages, ensure_ascii=False))),
    ]
    told += [f"{left} further passages are left off here."] if left else []
    told.append(
        "Next: replace each TODO, those on actors, aims and moves first; take out what is none of "
        "the case's business; then describe(yaml)."
    )
    return bounded("\n\n".join(told))


_FILE_LETTERS: Final = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"
)


def _first_small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"'{text}' is no day", hint="write it as 2025-08-10") from None


def describe(_tell: Progress, yaml: str) -> str:
    """Who knows what, in sentences and as information sets; stakes and claims are not read."""
    from lackmus.compiler.compile import compile_case  # noqa: PLC0415 - loads arrays

    case = _told(lambda: parse_parts(yaml, _FILE, _INFORMATION, find=find)[0])
    sections = [section for section in in_words(case) if section.title in _WHO_KNOWS]
    sets = _infosets(compile_case(case, exact=False).game)
    next_step = "If each sentence is true of the situation: stakes(yaml). Else mend and call again."
    return bounded(_sections([*sections, sets]) + f"\n{next_step}\n")


def stakes(_tell: Progress, yaml: str) -> str:
    """What the stakes still lack, most consequential first, and the stakes in words."""
    case, gaps = _told(lambda: parse_parts(yaml, _FILE, _AT_STAKE, find=find, gaps=True))
    lacking = [f"line {gap.span.line}: {gap.message}" for gap in gaps]
    lacking += missing_stakes(case)
    told = [section for section in in_words(case) if section.title == "What is at stake"]
    none = ("Nothing that can be seen from here. Next: claims, then check(yaml).",)
    numbered = tuple(f"{i}. {text}." for i, text in enumerate(lacking, 1))
    return bounded(_sections([Section("What is missing", numbered or none), *told]))


def check(_tell: Progress, yaml: str) -> str:
    """The whole case in sentences, and what is odd about it; faults are raised, all at once."""
    from lackmus.compiler.compile import compile_case  # noqa: PLC0415 - loads arrays
    from lackmus.compiler.remarks import remarks_on  # noqa: PLC0415 - as above

    case = _case(yaml)
    odd = [*check_case(case), *remarks_on(compile_case(case, exact=False))]
    told = words_text(case, _WIDTH)
    if odd:
        told += "\nNo faults, but:\n\n" + "\n\n".join(map(str, odd)) + "\n"
    return bounded(told)


# --- what answers ---


def test(tell: Progress, yaml: str, draws: int = 500, seed: int = 0, observe: str = "") -> str:
    """A verdict on each claim, with what it hangs on and where it turns."""
    from lackmus.case.words import claim_in_words  # noqa: PLC0415 - as below
    from lackmus.pipeline.trial import Effort, put_to_test  # noqa: PLC0415 - loads solvers
    from lackmus.report.jsonable import findings_json  # noqa: PLC0415 - as above
    from lackmus.report.summary import answer  # noqa: PLC0415 - as above

    effort = Effort(draws=_draws(draws), seed=_seed(seed))
    case = _case(yaml)
    if not case.claims:
        raise UsageError("the case has no claims", hint="write 'claims:', see schema('Claims')")
    found = put_to_test(case, observed=_observed(observe), effort=effort, progress=tell)
    whole = findings_json(found)
    claims = [
        {
            **_picked(claim, ("id", "by", "says", "question")),
            "in words": claim_in_words(case, finding.claim),
            **_picked(claim, ("verdict", "firm", "share", "interval", "shares", "base")),
            "drivers": claim["drivers"][:_MOST_DRIVERS],
            "turns_at": claim["turns_at"],
            **{key: claim[key] for key in ("given", "disagreement") if claim[key]},
        }
        for claim, finding in zip(whole["claims"], found.claims, strict=True)
    ]
    told = {
        "says": list(answer(found)),
        **_picked(whole, ("title", "draws", "failed_draws", "error", "seed", "observed")),
        "claims": claims,
    }
    return _json(told)


def read(_tell: Progress, yaml: str, observe: str = "", observer: str = "") -> str:
    """What observations say about hidden aims, what to watch for, and which probe would tell."""
    from lackmus.pipeline.readings import read_case  # noqa: PLC0415 - loads solvers
    from lackmus.report.jsonable import reading_json  # noqa: PLC0415 - as above

    told = reading_json(read_case(_case(yaml), _observed(observe), observer=observer))
    for key in ("indicators", "watch", "probes"):
        told[key] = told[key][:_MOST_ROWS]
    return _json(told)


def solve(
    _tell: Progress,
    yaml: str,
    method: str = "",
    precision: float | None = None,
    every: bool = False,
) -> str:
    """Equilibria with their certificates: strategies, beliefs, regret."""
    from lackmus.compiler.compile import compile_case  # noqa: PLC0415 - loads solvers
    from lackmus.report.jsonable import solution_json  # noqa: PLC0415 - as above
    from lackmus.solvers.solve import solve as run  # noqa: PLC0415 - as above

    case = _case(yaml)
    if precision is None and not every and method in ("", "logit"):
        precision = float(case.precision.value)
    found = run(compile_case(case).game, method=method or None, precision=precision, every=every)
    told = solution_json(found)
    del told["seconds"]
    short = {
        "left off": "strategies and beliefs, and all but the first few solutions",
        **told,
        "solutions": [
            {**one, "strategies": None, "beliefs": None} for one in told["solutions"][:_MOST_ROWS]
        ],
    }
    return _json(told, short)


def learn(tell: Progress, yaml: str, draws: int = 500, seed: int = 0) -> str:
    """What the case's observations teach of its assumptions, aims and claims."""
    from lackmus.pipeline.learning import learn as run  # noqa: PLC0415 - loads solvers
    from lackmus.pipeline.weighing import LearnEffort  # noqa: PLC0415 - as above
    from lackmus.report.learned import learned_json, surprise, trust  # noqa: PLC0415 - as above

    effort = LearnEffort(draws=_draws(draws), seed=_seed(seed))
    case = _case(yaml)
    if not case.observations:
        hint = "write 'observations:' with what was seen, see schema('Observations')"
        raise UsageError("the case has no observations", hint=hint)
    found = run(case, effort=effort, progress=tell)
    told = learned_json(found)
    moved = [one for one in told["assumptions"] if one["bits"]]
    told["unmoved assumptions"] = len(told["assumptions"]) - len(moved)
    told["assumptions"] = sorted(moved, key=lambda one: -one["bits"])[:_MOST_ROWS]
    return _json({"says": [surprise(found), trust(found)], **told})


#: Every tool by the name under which it is called.
TOOLS: Final[dict[str, Callable[..., str]]] = {
    "schema": schema, "patterns": models, "draft": draft, "describe": describe, "stakes": stakes,
    "check": check, "test": test, "read": read, "solve": solve, "learn": learn,
}  # fmt: skip


# --- arguments ---


def _case(yaml: str) -> Case:
    return _told(lambda: parse_case(yaml, _FILE, find=find))


def _told(parse: Callable[[], _T]) -> _T:
    """What `parse` gives; of a draft, first what it lacks, most consequential first."""
    try:
        return parse()
    except DraftError as error:
        rest = [fault for fault in error.faults if fault.code != "gap"]
        many = len(error.gaps)
        message = f"this is a draft: {many} of its values are still to be written"
        hint = "the first ones first; information before stakes, stakes before claims"
        gaps = [gap.fault() for gap in error.gaps]
        raise _few([Fault("draft", message, hint=hint), *gaps, *rest]) from None
    except CaseError as error:
        raise _few(error.faults) from None


def _few(faults: Sequence[Fault]) -> InputError:
    left = len(faults) - _MOST_FAULTS
    if left <= 0:
        return CaseError(faults)
    more = Fault("more", f"{left} further faults are not shown", hint="mend these first")
    return CaseError([*faults[:_MOST_FAULTS], more])


def _observed(text: str) -> tuple[Expr, ...]:
    from lackmus.pipeline.observations import parse_observed  # noqa: PLC0415 - loads arrays

    return parse_observed([text], "observe") if text.strip() else ()


def _draws(draws: int) -> int:
    if not 1 <= draws <= MOST_DRAWS:
        raise UsageError(f"{draws} draws", hint=f"from 1 to {MOST_DRAWS:,}; 500 tell the verdict")
    return draws


def _seed(seed: int) -> int:
    if seed < 0:
        raise UsageError(f"the seed {seed} is negative", hint="0 is as good as any")
    return seed


# --- answers ---


def _infosets(game: Game) -> Section:
    """Each information set: what its owner has seen, and the histories he cannot tell apart."""
    from lackmus.report.jsonable import history  # noqa: PLC0415 - loads arrays

    nodes: dict[int, list[int]] = {}
    for node in range(game.n_nodes):
        infoset = int(game.infoset[node])
        if 0 <= infoset < game.n_infosets and len(nodes) <= _MOST_INFOSETS:
            nodes.setdefault(infoset, []).append(node)
    told = []
    for infoset in sorted(nodes)[:_MOST_INFOSETS]:
        owner = game.players[game.infoset_player[infoset]]
        move, _, seen = game.labels.infosets[infoset].partition(": ")
        paths = [" / ".join(history(game, node)) for node in nodes[infoset][:_MOST_HISTORIES]]
        left = len(nodes[infoset]) - len(paths)
        many = len(nodes[infoset])
        knows = f"having seen {seen}" if seen else "having seen nothing"
        told.append(
            f"- {owner} at {move}, {knows}: "
            + (f"{many} histories he cannot tell apart: " if many > 1 else "one history: ")
            + "; ".join(path or "the start" for path in paths)
            + (f"; and {left} more." if left > 0 else ".")
        )
    left = game.n_infosets - len(told)
    told += [f"- and {left} more information sets."] if left > 0 else []
    title = f"Information sets ({game.n_infosets}, in {game.n_terminals:,} ways it can go)"
    return Section(title, tuple(told))


def _sections(sections: Iterable[Section]) -> str:
    blocks = ["\n".join([f"## {one.title}", "", *one.paragraphs]) for one in sections]
    return "\n\n".join(blocks) + "\n"


def _picked(value: Json, keys: Iterable[str]) -> Json:
    return {key: value[key] for key in keys}


def _json(value: Json, short: Json | None = None) -> str:
    """An object as text, numbers to six digits; the shorter one where this is too long."""
    told = json.dumps(_rounded(value), ensure_ascii=False, indent=1)
    if len(told) > LONGEST_ANSWER and short is not None:
        told = json.dumps(_rounded(short), ensure_ascii=False, indent=1)
    return bounded(told)


def _rounded(value: object) -> object:
    match value:
        case float():
            return float(f"{value:.6g}")
        case dict():
            return {key: _rounded(one) for key, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
        case _:
            return value


def bounded(text: str) -> str:
    """The text, cut where an answer would be too long."""
    if len(text) <= LONGEST_ANSWER:
        return text
    left = len(text) - LONGEST_ANSWER
    return f"{text[:LONGEST_ANSWER]}\n… {left:,} further characters are left off."
