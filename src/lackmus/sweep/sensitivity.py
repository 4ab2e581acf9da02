"""Sensitivity: which assumptions the margin of a claim hangs on.

`drivers` works on any sample that is there already. It estimates the first-order index

    S_k = Var(E[Y | X_k]) / Var(Y)

as the share of the variance of Y that a regression on functions of X_k alone explains, less what
pure chance would explain (adjusted as in Ezekiel 1930). The functions are the first M cosines of
the rank of X_k, which are orthogonal over a sample (COSI of Plischke 2012); where X_k takes few
values, they are the indicators of its values, which makes the index the correlation ratio (Pearson
1905) with Kelley's (1935) correction. An index that chance alone would exceed in one of a hundred
samples is set to zero.

`sobol_indices` needs the Saltelli design and gives first and total indices with intervals.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from lackmus.case.syntax import Assumption
from lackmus.foundation.arrays import Floats
from lackmus.foundation.errors import UsageError
from lackmus.foundation.seeds import generator
from lackmus.sweep.shapes import varies
from lackmus.sweep.study import Outcomes

#: Cosines of the rank of an assumption.
_COSINES: Final = 8

#: Fewer defined draws than this say nothing about drivers.
_FEWEST: Final = 4 * _COSINES

#: Standard normal's quantile at 99 %.
_Z99: Final = 2.3263478740408408

_RESAMPLES: Final = 200


@dataclass(frozen=True, slots=True)
class Driver:
    """How much of a margin's variance one assumption explains on its own.

    Attributes:
        assumption: Its name.
        index: First-order index, 0 to 1; 0 where it does not rise above `noise`.
        direction: Rank correlation (Spearman) of assumption and margin, -1 to 1.
        noise: Indices below this are what chance gives in 99 of 100 samples of this size.
    """

    assumption: str
    index: float
    direction: float
    noise: float

    def to_json(self) -> dict[str, Any]:
        """The keys that ``lackmus test --json`` gives of a driver."""
        return {"assumption": self.assumption, "index": self.index, "direction": self.direction}


@dataclass(frozen=True, slots=True)
class Index:
    """Sobol' indices of one assumption with half-widths of their 95 % intervals.

    Attributes:
        assumption: Its name.
        first: Share of the margin's variance that it explains on its own.
        first_half: Half the width of the interval of `first` (bootstrap).
        total: Share that would be left if all others were known: on its own and together with
            others.
        total_half: Half the width of the interval of `total`.
    """

    assumption: str
    first: float
    first_half: float
    total: float
    total_half: float


def drivers(
    assumptions: Sequence[Assumption], points: Floats, outcomes: Outcomes, column: int
) -> tuple[Driver, ...]:
    """First-order indices of the margin of one claim, largest first; those of zero left out.

    Good from about 300 draws. With correlated assumptions an index counts what an assumption
    tells, through its correlations too. The indices leave out what assumptions do only together.

    Args:
        assumptions: Names of the K columns of `points`.
        points: Draws of a sample, shape (N, K).
        outcomes: What was found there.
        column: Which claim.

    References:
        Plischke (2012), How to compute variance-based sensitivity indicators with your
        spreadsheet software; Ezekiel (1930), Methods of correlation analysis.
    """
    margins = outcomes.margins[:, column]
    defined = np.isfinite(margins)
    kept, given = margins[defined], points[defined]
    if len(kept) < _FEWEST or np.ptp(kept) == 0.0:
        return ()
    ranks = _ranks(kept)
    found = [
        driver
        for k, assumption in enumerate(assumptions)
        if (driver := _driver(assumption.name, given[:, k], kept, ranks)).index > 0.0
    ]
    return tuple(sorted(found, key=lambda driver: (-driver.index, driver.assumption)))


def sobol_indices(
    assumptions: Sequence[Assumption],
    outcomes: Outcomes,
    column: int,
    *,
    seed: int = 0,
    resamples: int = _RESAMPLES,
) -> tuple[Index, ...]:
    """First and total Sobol' indices of the margin of one claim, largest total first.

    A block of K + 2 points with an undefined margin is left out whole.

    Args:
        assumptions: As the design was drawn for; those that cannot vary are left out.
        outcomes: What was found at the points of the design ``saltelli``, in its order.
        column: Which claim.
        seed: Seed of the bootstrap.
        resamples: Bootstrap samples.

    Raises:
        UsageError: The outcomes are not those of such a design, or too few blocks are defined.

    References:
        Saltelli et al. (2010), Variance based sensitivity analysis of model output, table 2 (b)
        and (f); Sobol' (2001); computed by SALib (Iwanaga, Usher and Herman 2022).
    """
    names = [assumption.name for assumption in assumptions if varies(assumption)]
    margins = outcomes.margins[:, column]
    block = len(names) + 2
    if not names or len(margins) % block:
        raise UsageError(
            f"{len(margins)} points are not a Saltelli design of {len(names)} assumptions",
            hint="draw with the design `saltelli`",
        )
    blocks = margins.reshape(-1, block)
    blocks = blocks[np.isfinite(blocks).all(axis=1)]
    if len(blocks) < _FEWEST:
        raise UsageError(
            f"the claim is defined in {len(blocks)} blocks of the design, and indices need "
            f"{_FEWEST}",
            hint="ask for more draws",
        )
    if np.ptp(blocks) == 0.0:
        return tuple(Index(name, 0.0, 0.0, 0.0, 0.0) for name in names)
    return _salib(names, blocks, seed, resamples)


def _salib(names: list[str], blocks: Floats, seed: int, resamples: int) -> tuple[Index, ...]:
    from SALib.analyze import sobol  # noqa: PLC0415 - costs 1 s, and only these indices need it

    problem = {"num_vars": len(names), "names": names, "bounds": [[0.0, 1.0]] * len(names)}
    found = sobol.analyze(
        problem,
        blocks.ravel(),
        calc_second_order=False,
        num_resamples=resamples,
        conf_level=0.95,
        seed=generator(seed, "bootstrap"),
    )
    columns = (found[key] for key in ("S1", "S1_conf", "ST", "ST_conf"))
    rows = zip(names, *columns, strict=True)
    indices = [Index(name, *(float(value) for value in values)) for name, *values in rows]
    return tuple(sorted(indices, key=lambda index: (-index.total, index.assumption)))


def _driver(name: str, x: Floats, y: Floats, y_ranks: Floats) -> Driver:
    values, group = np.unique(x, return_inverse=True)
    if len(values) == 1:
        return Driver(name, 0.0, 0.0, 0.0)
    ranks = _ranks(x)
    if len(values) <= _COSINES:
        explained, terms = _between(group, y), len(values) - 1
    else:
        explained, terms = _cosines(ranks, y), _COSINES
    left = len(y) - 1 - terms
    index = 1.0 - (1.0 - explained) * (len(y) - 1) / left
    noise = (_chi_square_99(terms) - terms) / left
    direction = float(np.corrcoef(ranks, y_ranks)[0, 1])
    return Driver(name, index if index > noise else 0.0, direction, noise)


def _ranks(values: Floats) -> Floats:
    """Ranks from 0 to N - 1, tied values at the middle of their ranks."""
    _, group, counts = np.unique(values, return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts + 1) / 2.0
    return middle[group].astype(np.float64)


def _between(group: np.ndarray, y: Floats) -> float:
    """Share of the variance of y that lies between groups."""
    counts = np.bincount(group)
    means = np.bincount(group, weights=y) / counts
    spread = float(np.sum((y - y.mean()) ** 2))
    return float(np.sum(counts * (means - y.mean()) ** 2)) / spread


def _cosines(ranks: Floats, y: Floats) -> float:
    """Share of the variance of y that cosines of the ranks explain."""
    angles = np.pi * (ranks + 0.5) / len(y)
    basis = np.cos(np.outer(angles, np.arange(1, _COSINES + 1)))
    basis -= basis.mean(axis=0)
    centred = y - y.mean()
    products = basis.T @ centred
    explained = products @ np.linalg.lstsq(basis.T @ basis, products, rcond=None)[0]
    return float(explained) / float(centred @ centred)


def _chi_square_99(terms: int) -> float:
    """Quantile of chi square at 99 %; Wilson and Hilferty (1931)."""
    spread = 2.0 / (9.0 * terms)
    return terms * (1.0 - spread + _Z99 * math.sqrt(spread)) ** 3
