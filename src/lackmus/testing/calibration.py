"""Simulation-based calibration of learning (Talts et al. 2018)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lackmus.case import syntax
from lackmus.compiler.compile import compile_case
from lackmus.foundation.arrays import Floats
from lackmus.foundation.seeds import generator
from lackmus.learning.record import Report, see
from lackmus.learning.weights import normalised
from lackmus.pipeline.case_study import CaseStudy
from lackmus.sweep.design import draw
from lackmus.sweep.shapes import varies


def ranks(case: syntax.Case, *, rounds: int, draws: int, seed: int) -> dict[str, Floats]:
    """Per assumption that varies, the share of the posterior below the value that made the record.

    In each round values are drawn, a history is drawn under them, and all its moves that somebody
    sees are the record; every second one comes as a report that is not certain, and is made or not
    made by chance. The shares are uniform on 0 … 1 where learning is right.

    Args:
        case: A case without a drawn number of rounds.
        rounds: How often.
        draws: Draws of each posterior, the same in all rounds.
        seed: Root seed.
    """
    study = CaseStudy(replace(case, claims=()))
    variants = study.variants()
    random = generator(seed, "calibration")
    points = draw(study.assumptions, study.correlations, draws + rounds, seed, "monte-carlo")
    (play,) = study.plays(variants, study.values(points))
    compiled = compile_case(replace(case, claims=()))
    histories = compiled.game.histories
    if histories is None:
        raise TypeError("a compiled case has histories")
    moves = [
        codes
        for column, codes in zip(histories.columns, histories.codes, strict=True)
        if column.by is not None and not column.last
    ]
    moving = [k for k, assumption in enumerate(study.assumptions) if varies(assumption)]
    found = np.empty((rounds, len(moving)))
    for number in range(rounds):
        chances = np.exp(play.log_reach[draws + number])
        history = int(random.choice(len(chances), p=chances / chances.sum()))
        record = []
        for place, codes in enumerate(moves):
            report = Report(codes == codes[history])
            if place % 2:
                report = report.through(0.8, 0.2)
                made = random.random() < report.hit
                report = report if made else report.not_made()
            record.append(report)
        weights = normalised(see(play.log_reach[:draws], record).log_likelihood)
        for place, k in enumerate(moving):
            below = points[:draws, k] < points[draws + number, k]
            found[number, place] = weights[below].sum()
    return {study.assumptions[k].name: found[:, place] for place, k in enumerate(moving)}
