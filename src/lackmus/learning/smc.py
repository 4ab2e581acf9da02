"""Tempered sequential Monte Carlo: from the prior to the posterior by steps that weights survive.

Particles live where the prior is a standard normal (the scores of its copula). A temperature t runs
from 0 to 1; each step raises it as far as half of the effective sample size lasts, resamples, and
moves each particle. Proposals leave a normal distribution as it is that has the mean and the shrunk
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

from lackmus.foundation.arrays import Floats
from lackmus.learning.weights import Evidence, normalised

#: From scores, shape (N, K), to log likelihoods, shape (N,); NaN where there is no solution.
LogLikelihood = Callable[[Floats], Floats]

#: Share of the effective sample size that a step of temperature keeps.
_KEPT = 0.5

#: Rounds of moves at each temperature: at least, and until so much has changed, but at most.
_LEAST_MOVES, _MOST_MOVES = 4, 20

#: Moves go on until the scores have lost all but this part of their correlation with the old.
_FORGOTTEN = 0.05

#: How far the covariance of few particles in many dimensions is drawn to its diagonal, and the
#: least variance in it.
_SHRINK, _LEAST_VARIANCE = 25.0, 1e-10

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
    particles = scores.copy()
    logs = log_likelihood(particles)
    size, solves, steps, temperature, beta = len(logs), len(logs), 0, 0.0, 0.7
    # Draws without a solution are no draws of the prior that the evidence is a mean over.
    solved = ~np.isnan(logs)
    log_mean = -math.log(solved.mean()) if solved.any() else 0.0
    logs = np.where(solved, logs, -np.inf)
    eve, alone = np.arange(size), 0.0
    while temperature < 1.0 and np.isfinite(logs.max()) and solves < most_solves:
        raised = _next(logs, temperature)
        step = (raised - temperature) * logs
        top = step.max()
        scaled = np.exp(step - top)
        log_mean += float(top) + math.log(float(scaled.mean()))
        alone += float(scaled.var() / scaled.mean() ** 2) / size
        chosen = _resample(normalised(step), random)
        particles, logs, eve = particles[chosen], logs[chosen], eve[chosen]
        temperature, steps, kept = raised, steps + 1, 1.0
        around = _Around.of(particles)
        for move in range(_MOST_MOVES):
            if solves >= most_solves or (move >= _LEAST_MOVES and kept <= _FORGOTTEN):
                break
            noise = random.standard_normal(particles.shape)
            keep = math.sqrt(1.0 - beta * beta)
            standard = keep * around.standard(particles) + beta * noise
            proposed = around.scores(standard)
            there = log_likelihood(proposed)
            solves += size
            with np.errstate(invalid="ignore"):
                gain = temperature * (there - logs)
                gain += around.log_ratio(proposed) - around.log_ratio(particles)
                taken = np.log(random.random(size)) < gain
            taken &= ~np.isnan(there)
            particles[taken], logs[taken] = proposed[taken], there[taken]
            rate = float(taken.mean())
            kept *= 1.0 - rate * (1.0 - math.sqrt(1.0 - beta * beta))
            beta = min(_LARGEST, max(_SMALLEST, beta * math.exp(2.0 * (rate - _TAKEN))))
        if progress is not None:
            progress(temperature)
    # By the particles' ancestors, but no less than what the steps would have if they were alone.
    counts = np.bincount(eve, minlength=size) / size
    variance = float(np.square(counts).sum()) - (steps + 1) / size if steps else 0.0
    possible = bool(np.isfinite(logs.max()))
    found = Evidence(log_mean if possible else -math.inf, math.sqrt(max(variance, alone)))
    return Sample(particles, logs, found, temperature, steps, solves, _worth(particles))


@dataclass(frozen=True, slots=True, eq=False)
class _Around:
    """A normal distribution with the mean and covariance of particles."""

    mean: Floats
    lower: Floats

    @classmethod
    def of(cls, particles: Floats) -> _Around:
        size, dimensions = particles.shape
        covariance = np.atleast_2d(np.cov(particles, rowvar=False))
        own = np.maximum(np.diag(covariance), _LEAST_VARIANCE)
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


def _next(logs: Floats, temperature: float) -> float:
    """The highest temperature at which the effective sample size is still `_KEPT` of all."""

    def size(raised: float) -> float:
        weights = normalised((raised - temperature) * logs)
        return 1.0 / (float(np.square(weights).sum()) * len(logs))

    # Where few draws have a solution or allow the record, no step keeps that many.
    target = _KEPT * float(np.isfinite(logs).mean())
    if size(1.0) >= target:
        return 1.0
    low, high = temperature, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if size(middle) >= target else (low, middle)
    return high


def _resample(weights: Floats, random: np.random.Generator) -> np.ndarray:
    """Systematic resampling (Kitagawa 1996)."""
    size = len(weights)
    places = (np.arange(size) + random.random()) / size
    return np.minimum(np.searchsorted(np.cumsum(weights), places), size - 1)


def _worth(particles: Floats) -> float:
    """Kish's size of the sample with equal particles laid together."""
    _, counts = np.unique(particles, axis=0, return_counts=True)
    return float(len(particles) ** 2 / np.square(counts).sum())
