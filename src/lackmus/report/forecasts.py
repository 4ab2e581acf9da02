"""Forecasts and their scores as plain data, in the keys that the command line promises."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

from lackmus.case.text import expression_text
from lackmus.ledger.board import Board, Row
from lackmus.ledger.scores import Score
from lackmus.pipeline.forecasts import Chance, Forecast, Forecasts
from lackmus.report.arms import record_arms_json

Json: TypeAlias = dict[str, Any]


def forecasts_json(found: Forecasts) -> Json:
    """What ``lackmus forecast --json`` prints."""
    case = found.case
    return {
        "case": case.name,
        "title": case.title,
        "forecasts": [_forecast(one) for one in found],
        "forks": None if found.arms is None else record_arms_json(found.arms),
    }


def _forecast(found: Forecast) -> Json:
    claim = found.claim
    event, unless = claim.resolves_if, claim.annulled_unless
    return {
        "id": claim.id,
        "by": claim.by,
        "resolves": claim.resolves.isoformat() if claim.resolves else None,
        "resolves_if": None if event is None else expression_text(event),
        "annulled_unless": None if unless is None else expression_text(unless),
        **_chance(found.now),
        "word": found.now.word,
        "confidence": found.now.confidence,
        "given": [expression_text(seen.saw) for seen in found.given],
        "before": _chance(found.before),
        "when_said": found.when_said and _chance(found.when_said),
        "on_arms": found.on_arms and [_number(end) for end in found.on_arms],
        "stated": found.stated,
        "decided": found.decided,
    }


def _chance(chance: Chance) -> Json:
    return {
        "probability": _number(chance.probability),
        "band": [_number(end) for end in chance.band],
        "error": _number(chance.error),
    }


def board_json(board: Board) -> Json:
    """What ``lackmus ledger score --json`` prints."""
    return {
        "resolved": board.resolved,
        "open": board.open,
        "ambiguous": board.ambiguous,
        "annulled": board.annulled,
        "late": board.late,
        "scores": [_row(row) for row in board.rows],
    }


def _row(row: Row) -> Json:
    told = row.calibration
    return {
        "who": row.who,
        "brier": _score(row.brier),
        "bits": _score(row.bits),
        "against_half": row.against_half,
        "against_base_rate": row.against_base_rate,
        "revisions": _score(row.revisions),
        "against_previous": row.against_previous,
        "calibration": told and {
            "miscalibration": told.miscalibration,
            "discrimination": told.discrimination,
            "uncertainty": told.uncertainty,
            "diagram": [
                {"forecast": p, "frequency": q, "band": band}
                for p, q, band in zip(
                    told.forecast.tolist(), told.recalibrated.tolist(), told.band.tolist(),
                    strict=True,
                )
            ],
        },
    }  # fmt: skip


def _score(score: Score) -> Json:
    interval = None if score.interval is None else [_number(end) for end in score.interval]
    return {"n": score.n, "mean": _number(score.mean), "interval": interval}


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
