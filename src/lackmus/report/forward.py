"""Sentences to forward with a page: whose claims were tested, and what that cannot tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lackmus.case import syntax
from lackmus.foundation.counting import counted
from lackmus.pipeline.findings import ClaimFinding, Findings
from lackmus.report import words


def forward(findings: Findings) -> tuple[str, ...]:
    """Who was tested, whose claims are whose, what shares and the model tell, and its surprise."""
    return (
        _tested(findings),
        *_voices(findings),
        "A share such as “holds in 65 % of the draws” says how far a claim follows from the "
        "assumptions; it is no probability that the claim is true of the world.",
        "The model cannot know whether it is the right reading of the text: another reading as a "
        "game could turn verdicts, and the thresholds in the questions and the ranges of the "
        "assumptions are choices of whoever modelled the case.",
        *_surprise(findings),
    )


def _tested(findings: Findings) -> str:
    case = findings.case
    added = sum(_added(case, claim) for claim in case.claims)
    commentary = words.listed(_source(source) for source in case.sources) if case.sources else ""
    what = words.count(len(case.claims) - added, "claim")
    of = f" of {commentary}" if commentary else ""
    more = f", and {words.figure(added)} that {case.author} adds," if added else ""
    author = case.author or "somebody whom the case does not name"
    return (
        f"{words.capital(what)}{of}{more} {'was' if len(case.claims) == 1 else 'were'} put to the "
        f"test in a model of the standoff made by {author}, by solving it in "
        f"{counted(len(findings.points), 'draw')} of its "
        f"{counted(len(findings.assumptions), 'assumption')}."
    )


def _added(case: syntax.Case, claim: syntax.Claim) -> bool:
    """Whether a claim is none of the commentary's, but of whoever made the case."""
    speakers = {source.author for source in case.sources}
    own = claim.by == case.author != "" and not claim.reported_by
    return own and bool(case.sources) and claim.by not in speakers


def _source(source: syntax.Source) -> str:
    by = f" by {source.author}" if source.author else ""
    return f"“{source.title or source.id}”{by}"


def _voices(findings: Findings) -> Iterator[str]:
    """Whose claims these are, those at second hand apart, and how many of each follow."""
    quoted = [found for found in findings.claims if found.claim.reported_by]
    added = [found for found in findings.claims if _added(findings.case, found.claim)]
    own = [
        found
        for found in findings.claims
        if not found.claim.reported_by and not _added(findings.case, found.claim)
    ]
    several = len({found.claim.by for found in own}) > 1
    whose = "the speakers’ own" if several else "the speaker’s own"
    groups = ((own, whose), (added, "the modeller’s"), (quoted, "only quoted"))
    told = [
        f"{words.count(len(claims), 'claim')} {'is' if len(claims) == 1 else 'are'} {what} "
        f"({_speakers(claims)}), of which {_following(claims)}"
        for claims, what in groups
        if claims
    ]
    if told:
        yield f"{words.capital('; '.join(told))}."


def _speakers(claims: Sequence[ClaimFinding]) -> str:
    voices = Counter((f.claim.by or "unnamed", f.claim.reported_by) for f in claims)
    return words.listed(
        f"{by}{f' as reported by {reporter}' if reporter else ''}: {many}"
        for (by, reporter), many in voices.items()
    )


def _following(claims: Sequence[ClaimFinding]) -> str:
    """How many follow; what the record has decided follows from no assumption."""
    follows = sum(found.verdict.word == "follows" for found in claims)
    decided = sum(found.verdict.word == "settled" for found in claims)
    told = (
        f"{words.figure(follows) if follows else 'none'} {'follow' if follows > 1 else 'follows'}"
    )
    if not decided:
        return told
    verb = "are" if decided > 1 else "is"
    return f"{told} and {words.figure(decided)} {verb} decided by what was observed"


def _surprise(findings: Findings) -> Iterator[str]:
    """How likely what happened was to the model."""
    record = findings.reading.record
    if record is None:
        yield (
            "The case records nothing of what happened since, so this page cannot say how well "
            "the model foresees."
        )
        return
    settled = sum(observation.settles for observation in findings.case.observations)
    unsure = len(findings.case.observations) - settled
    aside = f"; {words.count(unsure, 'judgement')} left aside" if unsure else ""
    yield (
        f"To what happened since, as far as the record settles it "
        f"({words.count(settled, 'observation')}{aside}), the model gave a probability of "
        f"{words.percent(record)} at the base values, before any of it was seen."
        f"{_over_draws(findings, unsure)}"
    )


def _over_draws(findings: Findings, unsure: int) -> str:
    """The mean over the draws, which is another number and of more observations."""
    if findings.learned is None:
        return ""
    told = words.percent(findings.learned.evidence.probability)
    counted_too = ", with these judgements counted as far as they can be trusted," if unsure else ""
    return f" On average over the draws{counted_too} it was {told}."
