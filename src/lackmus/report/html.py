"""Findings as one HTML file that needs nothing beside it: no network, no fonts, no library.

Charts are drawn once, to SVG, and put into the page; that is a few kilobytes a chart against the
0.9 megabytes of Vega's scripts, opens at once, prints, and shows where scripts are forbidden. What
the page's own script adds (unfolding, pointing out an information set, filtering the draws) nothing
depends on. A content policy in the page forbids every request.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Collection
from functools import cache
from typing import Any, Final

import jinja2

from lackmus.case.spoken import called
from lackmus.foundation.version import version
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.learned import Learned
from lackmus.pipeline.postmortem import Postmortem
from lackmus.report import background, claims, dissents, readings, tree, words
from lackmus.report.afterwards import AfterModel, after_model
from lackmus.report.claims import Quotes
from lackmus.report.filtering import filtering
from lackmus.report.forward import forward
from lackmus.report.happened import happened
from lackmus.report.model import ClaimView, ReportModel
from lackmus.report.summary import answer

_LOADER: Final = jinja2.PackageLoader("lackmus.report", "templates")
_STATIC: Final = jinja2.PackageLoader("lackmus.report", "static")


def render(findings: Findings, quotes: Quotes | None = None, *, compiled: bool = False) -> str:
    """The report on a case put to the test, as one self-contained HTML file.

    Args:
        findings: What the test found.
        quotes: Words of cited passages, to stand beside what they bear on; the page is then not
            for publication. See `lackmus.case.citations.passages`.
        compiled: Whether the solver was compiled in the time that the test took.
    """
    return render_model(report_model(findings, quotes, compiled=compiled))


def render_learned(
    learned: Learned, found: Postmortem | None = None, *, compiled: bool = False
) -> str:
    """The page on what happened and what it taught, as one self-contained HTML file.

    Args:
        learned: What was learnt.
        found: Why it came out otherwise than the case had it; None where that was not asked.
        compiled: As in `render`.
    """
    model = after_model(learned, found, _static("report.css"), compiled=compiled)
    return _environment().get_template("afterwards.html").render(_shown(model))


def render_model(model: ReportModel) -> str:
    """The page of a report."""
    return _environment().get_template("report.html").render(_shown(model))


def render_parts(model: ReportModel, only: Collection[str] | None = None) -> dict[str, str]:
    """The sections of a report by their ids, each as the page has it; those without any are empty.

    They are what another page of ours shows beside its own; `part_style` is theirs.

    Args:
        model: All that the page shows.
        only: The ids of those that are wanted; None for all.
    """
    environment = _environment()
    template = environment.get_template("report.html")
    macros = environment.get_template("parts.html").module
    context = template.new_context({**_shown(model), "parts": macros})
    empty = {"happened": model.happened or model.unlearned, "tree": model.tree,
             "hangs": model.hangs, "indicators": model.matrix, "watch": model.watch,
             "probes": model.probes or model.idle_probes,
             "dissents": model.dissents, "statements": model.statements}  # fmt: skip
    return {
        name: "".join(block(context)) if empty.get(name, True) else ""
        for name, block in template.blocks.items()
        if only is None or name in only
    }


def render_claim(claim: ClaimView) -> str:
    """One claim in depth, as the page has it."""
    macros: Any = _environment().get_template("parts.html").module
    return str(macros.claim_section(claim, 3))


def part_style() -> str:
    """The style of `render_parts`, for a shadow tree that holds them.

    What the page does in a narrow window, the tree does where its host is narrow.
    """
    style = re.sub(r"(?m)^(\s*)(:root|html|body)(?=[\s,{])", r"\1:host", _static("report.css"))
    return re.sub(r"@media screen and (\(max-width: [^)]+\))", r"@container \1", style)


@cache
def _environment() -> jinja2.Environment:
    """What keeps the templates, each compiled once."""
    return jinja2.Environment(
        loader=_LOADER,
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _shown(model: ReportModel | AfterModel) -> dict[str, Any]:
    return {field.name: getattr(model, field.name) for field in dataclasses.fields(model)}


def _record(findings: Findings) -> str:
    """What is to be known of what was observed, and what part the record has in the verdicts."""
    told = [] if findings.reading.possible else [words.IMPOSSIBLE]
    told += map(words.sentence, findings.reading.notes)
    told.append(words.of_record(findings.case, recorded=findings.recorded))
    return " ".join(filter(None, told))


def report_model(
    findings: Findings,
    quotes: Quotes | None = None,
    *,
    only: frozenset[str] | None = None,
    compiled: bool = False,
) -> ReportModel:
    """All that the page shows of the findings.

    Args:
        findings: What the test found.
        quotes: Words of cited passages; see `render`.
        only: Ids of the claims to draw; None for all.
        compiled: As in `render`.
    """
    case = findings.case
    words_of = quotes or {}
    probes, idle = readings.probing(findings)
    script = _static("report.js") + _static("filter.js")
    return ReportModel(
        title=case.title,
        summary=case.summary.strip(),
        asked=words.day(case.asked),
        author=case.author,
        called_author=background.called_author(case),
        sources=background.sources(case),
        record=_record(findings),
        recorded=findings.recorded,
        observed=words.listed(
            words.seen_text(case, observation) for observation in findings.observed
        ),
        forward=forward(findings),
        quoted="" if quotes is None else background.quoted(case, quotes),
        answer=answer(findings),
        draws=f"{len(findings.points):,}",
        claims=claims.claim_views(findings, words_of, only=only),
        happened=None if findings.learned is None else happened(findings.learned),
        unlearned=words.sentence(findings.unlearned) if findings.unlearned else "",
        hangs=claims.hangs(findings),
        filtering=filtering(findings),
        beliefs=readings.beliefs(findings),
        matrix=readings.matrix(findings),
        watch=readings.watching(findings),
        courses=readings.courses(findings),
        probes=probes,
        idle_probes=idle,
        actors=background.actors(case),
        facts=background.facts(case),
        moves=background.moves(findings),
        stakes=background.stakes(case),
        tree=tree.figure(findings),
        assumptions=background.assumptions(findings, words_of),
        dissent_titles=tuple(called(dissent.case, findings.case) for dissent in findings.dissents),
        compared=dissents.compared(findings),
        dissents=dissents.dissent_views(findings, words_of),
        statements=background.statements(findings, words_of),
        notes=words.paragraphs(case.notes),
        methods=background.methods(findings, compiled=compiled),
        references=background.references(findings),
        version=version(),
        digest=findings.digest,
        style=_static("report.css"),
        script=script,
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    )


def _static(name: str) -> str:
    text, _, _ = _STATIC.get_source(jinja2.Environment(autoescape=True), name)
    return text
