"""Everything a case shows, as text: to be kept, regenerated and compared line by line."""

from __future__ import annotations

from collections.abc import Iterator

from lackmus.case.syntax import Case
from lackmus.foundation.outcomes import WORDS
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.profiles import rows

_DRAWS = 200


def playthrough(case: Case) -> str:
    """Structure, profile, beliefs, indicators, probes and verdicts of a case.

    Numbers are rounded so that machines agree on them.

    Args:
        case: A case that passed its check.
    """
    effort = Effort(draws=_DRAWS, threads=1, turns=False)
    return "\n".join(_lines(put_to_test(case, effort=effort))) + "\n"


def _lines(found: Findings) -> Iterator[str]:
    game = found.game
    yield f"# {found.case.title}"
    yield (
        f"{len(game.players)} players, {game.n_nodes} nodes, {game.n_terminals} terminals, "
        f"{game.n_infosets} infosets, {game.n_actions} actions; "
        f"perfect recall {game.perfect_recall}; exact numbers {game.exact is not None}"
    )
    yield "\n## Play: player | infoset | reached | plays | believes"
    for row in rows(game, found.solution.best, histories=True):
        yield " | ".join(row)
    yield "\n## Payoffs"
    for player, value in zip(game.players, found.solution.best.payoffs, strict=True):
        yield f"{player} {value:.4f}"
    yield "\n## Beliefs along what was recorded"
    for moment in found.reading.timeline:
        yield f"{moment.date} {moment.saw} (probability {moment.probability:.4g})"
        for variable, shares in moment.posterior.items():
            yield f"  {variable}: " + ", ".join(f"{v} {p:.4f}" for v, p in shares.items())
    yield "\n## Indicators: move = option | about | likelihoods | bits"
    for i in found.reading.indicators:
        likelihood = ", ".join(f"{a} {p:.4g}" for a, p in i.likelihood.items() if p is not None)
        bits = "–" if i.bits is None else f"{i.bits:.3f}"
        yield f"{i.move} = {i.option} | {i.about} | {likelihood} | {bits} {i.favours}".rstrip()
    yield "\n## Probes: by: move = option | about | bits | gain | cost"
    for p in found.reading.probes:
        yield (
            f"{p.by}: {p.move} = {p.option} | {p.about} | {p.bits:.4f} | {p.gain:+.4f} | "
            f"{p.cost:+.4f}"
        )
    yield f"\n## Verdicts over {len(found.points)} draws: claim | verdict | holds in | at the base"
    for finding in found.claims:
        share = "–" if finding.verdict.share is None else f"{finding.verdict.share:.3f}"
        margin = "–" if finding.base_margin is None else f"{finding.base_margin:+.4f}"
        base = WORDS[finding.base_code]
        yield f"{finding.claim.id} | {finding.verdict.said} | {share} | {base} {margin}"
