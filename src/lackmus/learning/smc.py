"""Tempered sequential Monte Carlo: from the prior to the posterior by steps that weights survive.

Particles live where the prior is a standard normal (the scores of its copula). A temperature t runs
from 0 to 1; each step raises it as far as the effective sample size bears, resamples, and moves
each particle. Proposals leave a normal distribution as it is that has the mean and the shrunk
covariance of all particles (generalised Crank-Nicolson), and are taken as Metropolis and Hastings
say.

References:
    Del Moral, Doucet and Jasra (2006), Sequential Monte Carlo samplers; Cotter et al. (2013), MCMC
    methods for functions; Rudolf and Sprungk (2018), On a generalization of the preconditioned
    Crank-Nicolson Metropolis algorithm; Lee and Whiteley (2018), Variance estimation in the
    particle filter.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from lackmus.foundation.arrays import Floats
from lackmus.foundation.tolerances import LEAST_VARIANCE
from lackmus.learning.weights import Evidence, evidence, normalised

#: From scores, shape (N, K), to log likelihoods, shape (N,); NaN where there is no solution.
LogLikelihood = Callable[[Floats], Floats]

#: Share of the effective sample size that a step of temperature keeps.
_KEPT = 0.3

#: Part of the particles that must lie in a region that is sought, and the highest temperature to
#: which it is sought.
_THERE, _HOTTEST = 0.25, 300.0

#: Rounds of moves at each step: at least, and until so much has changed, but at most.
_LEAST_MOVES, _MOST_MOVES = 4, 20

#: Moves go on until the scores have lost all but this part of their correlation with the old.
_FORGOTTEN = 0.05

#: How far the covariance of few particles in many dimensions is drawn to its diagonal.
_SHRINK = 25.0

#: The share of proposals that should be taken, and the ends of their size.
_TAKEN = 0.3
_SMALLEST, _LARGEST = 0.02, 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """Particles of the posterior, with equal weights.

    Attributes:
        scores: Shape (N, K).
        log_likelihood: Shape (N,).
        evidence: Mean likelihood over the prior, with its standard error.
        temperature: 1 where the posterior was reached; less where the time was up before.
        steps: Temperatures that were taken.
        solves: Likelihoods that were asked for.
        size: Number of different particles that the sample is worth: equal ones count once.
    """

    scores: Floats = field(repr=False)
    log_likelihood: Floats = field(repr=False)
    evidence: Evidence
    temperature: float
    steps: int
    solves: int
    size: float


def temper(
    log_likelihood: LogLikelihood,
    scores: Floats,
    random: np.random.Generator,
    *,
    most_solves: int,
    progress: Callable[[float], None] | None = None,
) -> Sample:
    """A sample of the posterior.

    Args:
        log_likelihood: The likelihood.
        scores: Draws of the prior, independent standard normal; shape (N, K).
        random: Where chance comes from.
        most_solves: Likelihoods that may be asked for; then the sample is handed out as it is.
        progress: Told the temperature after each step.
    """
    cloud = _Cloud(log_likelihood, scores, most_solves)
    cloud.raise_to(1.0, random, progress=progress)
    return Sample(
        scores=cloud.scores,
        log_likelihood=cloud.logs,
        evidence=cloud.evidence(),
        temperature=cloud.temperature,
        steps=cloud.steps,
        solves=cloud.solves,
        size=_worth(cloud.scores),
    )


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Where a likelihood is at least as high as some level.

    Attributes:
        scores: Draws of the prior from there, shape (N, K); none where none was found.
        log_likelihood: Shape (N,).
        share: Prior probability of the region, with its standard error.
        highest: Highest log likelihood that was met anywhere.
        solves: Likelihoods that were asked for.
    """

    scores: Floats = field(repr=False)
    log_likelihood: Floats = field(repr=False)
    share: Evidence
    highest: float
    solves: int


def seek(
    log_likelihood: LogLikelihood,
    scores: Floats,
    random: np.random.Generator,
    *,
    level: float,
    most_solves: int,
) -> Region:
    """Draws of the prior where the likelihood is high, however rare that is.

    The temperature is raised, beyond 1 where need be, until many particles lie in the region; these
    are weighed back to the prior.

    Args:
        log_likelihood: The likelihood, nowhere above 1.
        scores: Draws of the prior, independent standard normal; shape (N, K).
        random: Where chance comes from.
        level: The log likelihood from which on a draw lies in the region.
        most_solves: Likelihoods that may be asked for.
    """
    cloud = _Cloud(log_likelihood, scores, most_solves)
    cloud.raise_to(_HOTTEST, random, over=lambda logs: bool((logs >= level).mean() >= _THERE))
    there = cloud.logs >= level
    if not there.any():
        nothing = Evidence(-math.inf, math.nan)
        return Region(cloud.scores[:0], cloud.logs[:0], nothing, cloud.highest, cloud.solves)
    back = np.where(there, -cloud.temperature * cloud.logs, -np.inf)
    inside, mass = evidence(back), cloud.evidence()
    share = Evidence(
        min(0.0, mass.log + inside.log), math.hypot(mass.relative_error, inside.relative_error)
    )
    chosen = _resample(normalised(back), random)
    return Region(cloud.scores[chosen], cloud.logs[chosen], share, cloud.highest, cloud.solves)


class _Cloud:
    """Particles on their way from the prior to higher temperatures.

    Attributes:
        scores: Shape (N, K).
        logs: Log likelihood of each, shape (N,).
        highest: Highest log likelihood that was met anywhere.
        temperature: Power of the likelihood that they are a sample of, times the prior.
        steps: Temperatures that were taken.
        solves: Likelihoods that were asked for.
    """

    def __init__(self, log_likelihood: LogLikelihood, scores: Floats, most_solves: int) -> None:
        self._log_likelihood = log_likelihood
        self._most_solves = most_solves
        self.scores = scores.copy()
        logs = log_likelihood(self.scores)
        # Draws without a solution are no draws of the prior that the evidence is a mean over.
        solved = ~np.isnan(logs)
        self._log_mean = -math.log(solved.mean()) if solved.any() else 0.0
        self.logs = np.where(solved, logs, -np.inf)
        self.highest = float(self.logs.max())
        self.temperature, self.steps, self.solves = 0.0, 0, len(logs)
        self._eve = np.arange(len(logs))
        self._alone, self._beta = 0.0, 0.7

    def raise_to(
        self,
        highest: float,
        random: np.random.Generator,
        *,
        over: Callable[[Floats], bool] = lambda _: False,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Raises the temperature till a highest one, or till likelihoods say that it is over."""
        while (
            self.temperature < highest
            and np.isfinite(self.logs.max())
            and not self._spent
            and not over(self.logs)
        ):
            raised = _next(self.logs, self.temperature, highest)
            step = (raised - self.temperature) * self.logs
            top = step.max()
            scaled = np.exp(step - top)
            self._log_mean += float(top) + math.log(float(scaled.mean()))
            self._alone += float(scaled.var() / scaled.mean() ** 2) / len(step)
            chosen = _resample(normalised(step), random)
            self.scores, self.logs = self.scores[chosen], self.logs[chosen]
            self._eve = self._eve[chosen]
            self.temperature, self.steps = raised, self.steps + 1
            self._move(random)
            if progress is not None:
                progress(self.temperature)

    def evidence(self) -> Evidence:
        """Mean over the prior of the likelihood to the power of the temperature.

        Its error is told by the particles' ancestors, but is no less than what the steps would have
        if they were alone.
        """
        if not np.isfinite(self.logs.max()):
            return Evidence(-math.inf, math.nan)
        size = len(self._eve)
        counts = np.bincount(self._eve, minlength=size) / size
        related = float(np.square(counts).sum()) - (self.steps + 1) / size if self.steps else 0.0
        return Evidence(self._log_mean, math.sqrt(max(related, self._alone)))

    @property
    def _spent(self) -> bool:
        return self.solves >= self._most_solves

    def _move(self, random: np.random.Generator) -> None:
        """Moves all particles until they have forgotten where they were."""
        around = _Around.of(self.scores)
        size, kept = len(self.logs), 1.0
        for move in range(_MOST_MOVES):
            if self._spent or (move >= _LEAST_MOVES and kept <= _FORGOTTEN):
                break
            noise = random.standard_normal(self.scores.shape)
            keep = math.sqrt(1.0 - self._beta * self._beta)
            proposed = around.scores(keep * around.standard(self.scores) + self._beta * noise)
            there = self._log_likelihood(proposed)
            self.solves += size
            with np.errstate(invalid="ignore"):
                gain = self.temperature * (there - self.logs)
                gain += around.log_ratio(proposed) - around.log_ratio(self.scores)
                taken = np.log(random.random(size)) < gain
            taken &= ~np.isnan(there)
            self.scores[taken], self.logs[taken] = proposed[taken], there[taken]
            self.highest = max(self.highest, float(self.logs.max()))
            rate = float(taken.mean())
            kept *= 1.0 - rate * (1.0 - keep)
            larger = self._beta * math.exp(2.0 * (rate - _TAKEN))
            self._beta = min(_LARGEST, max(_SMALLEST, larger))


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """A normal distribution with the mean and covariance of particles."""

    mean: Floats
    lower: Floats

    @classmethod
    def of(cls, particles: Floats) -> _Around:
        size, dimensions = particles.shape
        covariance = np.atleast_2d(np.cov(particles, rowvar=False))
        own = np.maximum(np.diag(covariance), LEAST_VARIANCE)
        shrunk = min(1.0, _SHRINK * dimensions / size)
        mixed = (1.0 - shrunk) * covariance
        np.fill_diagonal(mixed, own)
        return cls(particles.mean(axis=0), np.linalg.cholesky(mixed))

    def standard(self, scores: Floats) -> Floats:
        return np.asarray(np.linalg.solve(self.lower, (scores - self.mean).T).T)

    def scores(self, standard: Floats) -> Floats:
        return np.asarray(self.mean + standard @ self.lower.T)

    def log_ratio(self, scores: Floats) -> Floats:
        """Log density of the prior over that of this distribution, up to a constant."""
        far, near = np.square(scores).sum(axis=1), np.square(self.standard(scores)).sum(axis=1)
        return np.asarray(0.5 * (near - far))


def _next(logs: Floats, temperature: float, highest: float) -> float:
    """The next temperature: there the effective sample size is still `_KEPT` of all."""

    def size(raised: float) -> float:
        weights = normalised((raised - temperature) * logs)
        return 1.0 / (float(np.square(weights).sum()) * len(logs))

    # Where few draws have a solution or allow the record, no step keeps that many.
    target = _KEPT * float(np.isfinite(logs).mean())
    if size(highest) >= target:
        return highest
    low, high = temperature, highest
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if size(middle) >= target else (low, middle)
    return high


def _resample(weights: Floats, random: np.random.Generator) -> NDArray[np.intp]:
    """Systematic resampling (Kitagawa 1996)."""
    size = len(weights)
    places = (np.arange(size) + random.random()) / size
    return np.minimum(np.searchsorted(np.cumsum(weights), places), size - 1)


def _worth(particles: Floats) -> float:
    """Kish's size of the sample with equal particles laid together."""
    _, counts = np.unique(particles, axis=0, return_counts=True)
    return float(len(particles) ** 2 / np.square(counts).sum())
