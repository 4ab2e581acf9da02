"""The logit engine beside Gambit and OpenSpiel, on the same trees in the same run.

Each row runs in a process of its own, so that its peak memory is its own: once to warm up (our
kernels come from the cache on disk), then several times, of which the median counts. Peers that do
not finish in the time allowed are shown as such. Regret is the larger of agent and player regret as
a fraction of the payoff range, and residual the error of the fixed point in log probability; both
are taken by `lackmus.solution.certify`, whoever solved.

    python benchmarks/logit.py [--quick] [--games DIR] [--seconds LIMIT]
"""

from __future__ import annotations

import argparse
import io
import json
import math
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from beside import peer, reference
from lackmus.game.efg import read_efg
from lackmus.game.efg_writer import write_efg
from lackmus.game.game import Game
from lackmus.solution.certify import certify
from lackmus.solvers.large_games.cfr import RegretMatching
from lackmus.solvers.quantal_response.krylov import Slopes
from lackmus.solvers.quantal_response.logit import solve_limit, solve_logit
from lackmus.solvers.quantal_response.path_follower import Follower
from lackmus.solvers.quantal_response.plays import play_many
from lackmus.solvers.quantal_response.points import lay_one
from logit_trees import bargaining

HERE = Path(__file__).resolve()
GAMES = HERE.parents[2] / "shared" / "games"
#: Seconds from which on one run is enough.
LONG = 3.0
#: Seconds below which it is run more often.
SHORT = 0.05

TUNED = {"first_step": 0.3, "max_accel": 2}


@dataclass(frozen=True)
class Job:
    """A row of the table: what to run, on which tree, by whom."""

    task: str
    tree: str
    solver: str
    games: str
    rounds: int = 5


@dataclass
class Measured:
    """What came out: seconds of one run, and how good the answer is."""

    wall: float
    cpu: float
    peak_mib: float
    error: float
    note: str = ""


def load(job: Job) -> Game:
    if job.tree.startswith("bargaining-"):
        return bargaining(int(job.tree.removeprefix("bargaining-")))
    return read_efg(Path(job.games) / f"{job.tree}.efg")


def quality(game: Game, strategy: np.ndarray, precision: float | None) -> float:
    certificate = certify(game, strategy, precision=precision).certificate
    if precision is not None:
        return certificate.fixed_point if certificate.fixed_point is not None else math.nan
    worst = max(certificate.regret.agent, certificate.regret.player)
    return worst / float(game.payoff_range.max())


def gambit(job: Job, game: Game) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    import pygambit

    theirs = pygambit.read_efg(io.StringIO(write_efg(game)))
    options = TUNED if job.solver.endswith("tuned") else {}

    def numbers(profile: Any) -> np.ndarray:
        return np.array([float(profile[i]) for i in range(game.n_actions)])

    def behavior(profile: Any) -> np.ndarray:
        return np.array([float(profile[a]) for a in theirs.actions])

    if job.task == "limit":
        return (
            lambda: pygambit.nash.logit_solve(theirs, **options).equilibria[0],
            lambda x: quality(game, behavior(x), None),
        )
    precision = float(job.task.removeprefix("λ = "))
    return (
        lambda: pygambit.qre.logit_solve_lambda(theirs, precision, **options)[0],
        lambda x: quality(game, numbers(x), precision),
    )


def lackmus(job: Job, game: Game) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    # Kernels that are not in the cache yet are compiled outside the measurement.
    if job.task == "limit":
        solve_limit(bargaining(1))
        return (lambda: solve_limit(game), lambda x: quality(game, x.best.strategy, None))
    if job.task.startswith("λ = "):
        precision = float(job.task.removeprefix("λ = "))
        solve_logit(bargaining(1), precision)
        return (
            lambda: solve_logit(game, precision),
            lambda x: x.best.certificate.fixed_point,
        )
    if job.task == "1,000 draws":
        rng = np.random.default_rng(1)
        payoffs = game.payoffs + 0.5 * rng.normal(size=(1000, *game.payoffs.shape))
        chance = np.repeat(game.chance[None], 1000, axis=0)
        precision_of = rng.uniform(1.0, 20.0, 1000)
        return (
            lambda: play_many(game, payoffs, chance, precision_of),
            lambda x: float(x.failed.mean()),
        )
    return passes(job, game)


def passes(job: Job, game: Game) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    if job.task == "CFR+ pass":
        state = RegretMatching(game)
        players = len(game.players)

        return (_share(lambda: state.iterate(10), 10 * players), lambda _: math.nan)
    follower = Follower(game)
    structure, desk = follower.structure, follower.desk
    zero = np.zeros(structure.n_players)
    lay_one(structure, desk, game.payoffs.copy(), game.chance.copy(), zero, 1.0)
    slopes, y = Slopes(structure, desk), np.zeros(structure.n_free)
    slopes.at(y)
    run = slopes.at if job.task == "evaluation" else slopes.along
    return (lambda: run(y), lambda _: math.nan)


def openspiel(_: Job, game: Game) -> tuple[Callable[[], Any], Callable[[Any], float]]:
    import pyspiel

    theirs = pyspiel.load_efg_game(write_efg(game))
    solver = pyspiel.CFRPlusSolver(theirs)

    def ten() -> None:
        for _ in range(10):
            solver.evaluate_and_update_policy()

    return (_share(ten, 10 * len(game.players)), lambda _: math.nan)


def resident() -> float:
    """Memory of this process, in MiB."""
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def held(job: Job) -> Measured:
    """What a game and its solver hold beside the interpreter, the libraries and the tree's text."""
    game = load(job)
    columns = 0
    if job.solver == "lackmus":
        RegretMatching(bargaining(1)).iterate(10)
        before = resident()
        state = RegretMatching(game)
        state.iterate(10)
        columns = sum(x.nbytes for x in vars(game).values() if isinstance(x, np.ndarray))
    else:
        import pyspiel

        pyspiel.CFRPlusSolver(pyspiel.load_game("kuhn_poker")).evaluate_and_update_policy()
        text = write_efg(game)
        before = resident()
        solver = pyspiel.CFRPlusSolver(pyspiel.load_efg_game(text))
        for _ in range(10):
            solver.evaluate_and_update_policy()
    size = resident() - before + columns / 2**20
    return Measured(math.nan, math.nan, size, math.nan, "memory")


@dataclass(frozen=True)
class _Shared:
    """A run of which one part is meant."""

    run: Callable[[], Any]
    parts: int

    def __call__(self) -> Any:
        return self.run()


def _share(run: Callable[[], Any], parts: int) -> _Shared:
    return _Shared(run, parts)


def work(job: Job) -> Measured:
    """Run a job in this process."""
    if job.task == "CFR+ memory":
        return held(job)
    game = load(job)
    peers = {"lackmus": lackmus, "gambit": gambit, "openspiel": openspiel}
    run, judge = peers[job.solver.split()[0]](job, game)
    parts = run.parts if isinstance(run, _Shared) else 1
    walls: list[float] = []
    cpus: list[float] = []
    # The first run warms up, and counts where it alone is long; short ones are run more often.
    wanted = 1 + job.rounds
    while len(walls) < wanted:
        wall, cpu = time.perf_counter(), time.process_time()
        answer = run()
        cpus.append(time.process_time() - cpu)
        walls.append(time.perf_counter() - wall)
        if len(walls) == 1:
            wanted = 1 if walls[0] > LONG else wanted if walls[0] > SHORT else 1 + 6 * job.rounds
    walls, cpus = walls[1:] or walls, cpus[1:] or cpus
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0
    return Measured(
        statistics.median(walls) / parts, statistics.median(cpus) / parts, peak, judge(answer)
    )


def measure(job: Job, limit: float) -> Measured:
    """Run a job in a process of its own."""
    command = [sys.executable, str(HERE), "--worker", json.dumps(asdict(job))]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return Measured(math.nan, math.nan, math.nan, math.nan, f"not in {limit:g} s")
    if done.returncode:
        last = (done.stderr.strip().splitlines() or [f"signal {-done.returncode}"])[-1]
        return Measured(math.nan, math.nan, math.nan, math.nan, last[:60])
    return Measured(**json.loads(done.stdout.splitlines()[-1]))


def jobs(games: Path, *, quick: bool) -> list[Job]:
    """The rows: each task with its solvers, ours first."""
    peers = ("lackmus", "gambit", "gambit tuned")
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    if games.is_dir():
        rows += [("λ = 5", "summit_nodeleg", peers), ("λ = 5", "summit_full", peers)]
        sizes = ("R1", "R2") if quick else ("R1", "R2", "R3", "R4")
        rows += [("limit", "summit_full", peers)]
        rows += [("limit", f"growth_{size}", peers) for size in sizes]
        rows += [("1,000 draws", "summit_full", ("lackmus",))]
        rows += [("CFR+ pass", "summit_full", ("lackmus", "openspiel"))]
        rows += [("CFR+ pass", "growth_R4", ("lackmus", "openspiel"))]
        rows += [("CFR+ memory", "growth_R4", ("lackmus", "openspiel"))]
    largest = 6 if quick else 7
    rows += [("λ = 5", f"bargaining-{r}", ("lackmus",)) for r in range(1, largest + 1)]
    for task in ("evaluation", "Jacobian product"):
        rows += [(task, f"bargaining-{largest}", ("lackmus",))]
    if not quick:
        rows += [("CFR+ pass", f"bargaining-{largest}", ("lackmus",))]
    return [
        Job(task, tree, solver, str(games)) for task, tree, solvers in rows for solver in solvers
    ]


def seconds(x: float) -> str:
    if math.isnan(x):
        return "–"
    for unit, scale in (("s", 1.0), ("ms", 1e3), ("µs", 1e6)):
        if x * scale >= 1.0:
            return f"{x * scale:.3g} {unit}"
    return f"{x * 1e9:.3g} ns"


def report(rows: list[Job], limit: float) -> None:
    grown: list[tuple[int, float]] = []
    header = ("task", "tree", "solver", "wall", "CPU", "peak MiB", "error", "÷ ours", "loops")
    print(f"gambit is {peer()}\n")
    print(" | ".join(header))
    print(" | ".join("---" for _ in header))
    ours = math.nan
    for job in rows:
        found = measure(job, limit)
        loop = statistics.median(reference() for _ in range(5))
        if job.solver == "lackmus":
            ours = found.wall
        ratio = found.wall / ours
        if job.tree.startswith("bargaining-") and job.task == "λ = 5" and found.wall > 0.0:
            grown.append((load(job).n_nodes, found.wall))
        cells = (
            job.task,
            job.tree,
            job.solver,
            found.note or seconds(found.wall),
            seconds(found.cpu),
            "–" if math.isnan(found.peak_mib) else f"{found.peak_mib:.3g}",
            "–" if math.isnan(found.error) else f"{found.error:.1e}",
            "–" if math.isnan(ratio) else f"{ratio:.3g}",
            "–" if math.isnan(found.wall) else f"{found.wall / loop:.3g}",
        )
        print(" | ".join(cells), flush=True)
    if len(grown) > 1:
        print(f"\n{growth(grown)}")


def growth(grown: list[tuple[int, float]]) -> str:
    """How the time of a solve grows with the tree, by least squares on logarithms."""
    nodes, times = np.array(grown).T
    exponent, _ = np.polyfit(np.log(nodes), np.log(times), 1)
    return (
        f"λ = 5 from {nodes[0]:,.0f} to {nodes[-1]:,.0f} nodes: time grows as nodes^{exponent:.2f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small trees and short limits")
    parser.add_argument("--games", type=Path, default=GAMES, help="folder of the .efg trees")
    parser.add_argument("--seconds", type=float, help="most time for a row")
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        print(json.dumps(asdict(work(Job(**json.loads(options.worker))))))
        return
    limit = options.seconds or (30.0 if options.quick else 300.0)
    report(jobs(options.games, quick=options.quick), limit)


if __name__ == "__main__":
    main()
