"""Every construct of the case language: what it says, what it means as a game, an example.

Each example is a fragment that changes the case `BASE`, as a dissent would; the tests build and
compile every one.
"""

from __future__ import annotations

from dataclasses import dataclass

BASE = """\
lackmus: 1
title: A ceasefire offer
actors:
  north: {aims: {settle: 0.3, outwait: rest}}
  south: {aims: {peace: 0.6, deals: rest}}
observers: [public]
moves:
  - offer: {by: south, options: [line, business]}
  - answer: {by: north, if: offer = line, options: [accept, refuse]}
stakes:
  north:
    - {name: war, worth: 2, if: answer = refuse and north.aim = outwait}
  south:
    - {name: trade, worth: 1, if: offer = business and south.aim = deals}
"""


@dataclass(frozen=True)
class Construct:
    """One construct.

    Attributes:
        part: The part of the page it stands in.
        title: Its name.
        says: What the author says with it.
        game: What it means as a game.
        example: A fragment that changes `BASE`.
    """

    part: str
    title: str
    says: str
    game: str
    example: str


def _part(name: str, *rows: tuple[str, str, str, str]) -> tuple[Construct, ...]:
    return tuple(Construct(name, *row) for row in rows)


WHO = _part(
    "Who and what",
    (
        "Actors",
        "Somebody who moves and has a stake. `name` is for print.",
        "A player of the game; players stand in this order.",
        "actors:\n  west: {name: The West, says: an ally of South}\n",
    ),
    (
        "Aims",
        "What an actor may be after, each with the probability that all others give it. One may "
        "be `rest`: what the others leave.",
        "A type (Harsanyi 1967–68): a chance move before the first move, which the actor alone "
        "sees. Its probabilities are the common prior.",
        "actors:\n  north:\n    aims:\n"
        "      settle: {probability: 1/3, says: would stop at the line}\n"
        "      outwait: {probability: rest, says: means to last longer}\n",
    ),
    (
        "`known to`",
        "Others who know the aim: a back channel that is certain.",
        "Those players see the chance move too.",
        "actors:\n  south: {aims: {peace: 0.6, deals: rest}, known to: [north]}\n",
    ),
    (
        "Observers",
        "Somebody who sees and does not move. Claims and readings may take his point of view.",
        "Not a player: a view of the histories, from which beliefs are formed.",
        "observers: [public, court]\n",
    ),
    (
        "Facts",
        "Something uncertain about the world, settled before the first move.",
        "A chance move; those it is `known to` see it, nobody else.",
        "facts:\n  winter: {values: {hard: 0.3, mild: rest}, known to: [north]}\n",
    ),
    (
        "Joint aims",
        "Probabilities of combinations, where aims or facts hang together. They take the place of "
        "the single ones.",
        "The same chance moves, still in the order facts, then actors, whatever the order in "
        "`over`. The variable that comes first has its marginal; each later one is conditional "
        "on those before. A combination that is left out has probability 0; it keeps a branch, "
        "that nobody takes, where the share of what stands before it hangs on an assumption. Where "
        "those before "
        "it have probability 0 in a draw, a later one is uniform: that never counts.",
        "joint aims:\n  - over: [north.aim, south.aim]\n    chances: {settle & peace: 0.2, "
        "settle & deals: 0.1, outwait & peace: 0.4, outwait & deals: rest}\n",
    ),
)

NUMBERS = _part(
    "Assumptions",
    (
        "A number with a range",
        "A number that the case assumes, and the range that a doubter would grant: all of it is "
        "equally likely.",
        "A parameter of payoffs and chance. At the base value in single solutions; drawn anew "
        "in each draw of a sweep. It never changes which histories there are, except where it "
        "counts rounds.",
        "assumptions:\n"
        "  cost: {value: 2, range: [0, 5], says: cost of waiting, because: assumed}\n"
        "stakes:\n  north: [{worth: -cost, if: answer = refuse}]\n",
    ),
    (
        "A fixed number",
        "A number alone stays as it is. Numbers are exact: `0.1`, `1/3`, `5 %`.",
        "A constant.",
        "assumptions: {share: 1/3}\nstakes:\n  north: [{worth: 6 * share, if: answer = accept}]\n",
    ),
    (
        "Shapes over a range",
        "`triangular` and `pert` peak at the value; `loguniform` is even in orders of magnitude.",
        "The distribution of the draws.",
        "assumptions:\n"
        "  cost: {value: 2, range: [0, 5], distribution: triangular}\n"
        "  gain: {value: 2, range: [0, 5], distribution: pert}\n"
        "  scale: {value: 2, range: [1, 9], distribution: loguniform}\n"
        "stakes:\n  north: [{worth: gain * scale - cost, if: answer = accept}]\n",
    ),
    (
        "Shapes with parameters",
        "normal (mean, sd), lognormal (median, sigma), beta (a, b), exponential (mean), uniform "
        "and loguniform (low, high), triangular and pert (low, mode, high). A range beside normal, "
        "lognormal and exponential cuts them off; beta is stretched over it.",
        "The distribution of the draws.",
        "assumptions:\n"
        "  a: {value: 3, distribution: {normal: [3, 1]}, range: [0, 9]}\n"
        "  b: {value: 3, distribution: {lognormal: [3, 0.5]}}\n"
        "  c: {value: 0.3, distribution: {beta: [2, 5]}}\n"
        "  d: {value: 1, distribution: {exponential: 1}}\n"
        "  e: {value: 1, distribution: {uniform: [0, 2]}}\n"
        "stakes:\n  north: [{worth: a + b + c + d + e, if: answer = accept}]\n",
    ),
    (
        "A choice of values",
        "A few values, equally likely or with weights.",
        "A discrete distribution of the draws.",
        "assumptions:\n"
        "  n: {value: 2, distribution: {choice: [1, 2, 4]}}\n"
        "  m: {value: 2, distribution: {choice: {1: 0.5, 2: 0.3, 4: 0.2}}}\n"
        "stakes:\n  north: [{worth: n * m, if: answer = accept}]\n",
    ),
    (
        "An assumption in place",
        "Where a number is used once, it can be assumed there. It is called after its place, such "
        "as `north.stake1.worth` in the first of north's stakes; `north.war.worth` in the stake "
        "named `war`.",
        "As above.",
        "stakes:\n  north: [{worth: {value: 2, range: [0, 5]}, if: answer = accept}]\n",
    ),
    (
        "Correlations",
        "Rank correlations between assumptions.",
        "The draws are joined by a Gaussian copula.",
        "assumptions:\n  cost: {value: 2, range: [0, 5]}\n  gain: {value: 2, range: [0, 5]}\n"
        "correlations:\n  - {between: [cost, gain], rho: 0.4}\n"
        "stakes:\n  north: [{worth: gain - cost, if: answer = accept}]\n",
    ),
    (
        "Precision",
        "How sharply better options are preferred: of two options, the one that is better by one "
        "unit is taken with odds of e to the precision. If unsaid: 4, from 1 to 20, log-uniform.",
        "λ of the agent logit quantal response equilibrium.",
        "precision: {value: 3, range: [1, 10], distribution: loguniform, because: assumed}\n",
    ),
)

MOVES = _part(
    "Moves",
    (
        "A move",
        "An actor takes one of some options. Everyone sees it.",
        "A decision node in every history where the move is made. Nodes that look alike to the "
        "mover are one infoset: of every column before (facts, aims, signals, moves, each "
        "round's apart) that he sees he knows the value or that it was not made, of those he "
        "notices whether it was made (perfect recall). The columns of a `together` are seen "
        "when all of its moves are made.",
        "moves:\n  - offer: {by: south, options: [line, business], says: what is on the table, "
        "date: 2025-08-15}\n"
        "  - answer: {by: north, options: [accept, refuse]}\n",
    ),
    (
        "A move on a condition",
        "`if` says when the move is made, in terms of what came before. Who is asked learns that "
        "the condition holds.",
        "Histories where it fails skip the move. Whoever sees the move sees also that it was "
        "not made. A move that can be made in no history is a fault; where an assumption "
        "counts rounds it may be made at another count, and is warned of.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n",
    ),
    (
        "Options on a condition",
        "An option may be open at times only; the mover must be able to tell when.",
        "The actions of an infoset. That options differ within an infoset is a fault, and so is "
        "a history in which the move is made and no option is open.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer:\n      by: north\n      options:\n"
        "        accept: {if: offer = line, says: North stops at the line}\n"
        "        refuse: {}\n",
    ),
    (
        "Options with numbers",
        "Offers on a grid: `number(offer)` is the number of the option taken.",
        "A number in each history; 0 where the move is not made. All options of the move need "
        "one; a signal about the move has them too.",
        "moves:\n  - offer:\n      by: south\n      options: {low: {number: 0.2}, "
        "high: {number: 0.6, says: more than half}}\n"
        "  - answer: {by: north, options: [accept, refuse]}\n"
        "stakes:\n  north: [{worth: number(offer), if: answer = accept}]\n"
        "  south: [{drop: trade}, {worth: 1 - number(offer), if: answer = accept}]\n",
    ),
    (
        "Several at once",
        "`any of` some items (six at most): one of them, or several at once. `agenda has line` is "
        "true where it is taken, alone or with others; `agenda = line` where it alone is; "
        "`agenda = line_and_business` where these two are. To take nothing is an option of its "
        "own, written beside: `{silence: , any of: [line, business]}`.",
        "An option for each set that is not empty, small sets first, items in the order written; "
        "a set is open where all its items are. Where the move is not made, it has nothing.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - agenda: {by: south, options: {any of: {line: {if: offer = line}, business: trade}}}\n"
        "stakes:\n  north: [{worth: 1, if: agenda has line}]\n",
    ),
    (
        "`seen by`",
        "Who sees what was done; the mover always does. `[]` is nobody else.",
        "The move's value is part of these viewers' histories, and of nobody else's.",
        "moves:\n  - offer: {by: south, options: [line, business], seen by: [north]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n",
    ),
    (
        "`noticed by`",
        "Who sees that something was done, and not what.",
        "These viewers' histories hold whether the move was made.",
        "moves:\n"
        "  - offer: {by: south, options: [line, business], seen by: [north], "
        "noticed by: [public]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n",
    ),
    (
        "Chance",
        "Something that nobody decides. Probabilities may depend on what came before, and on "
        "assumptions.",
        "A chance move. Where it is made, an option whose probability is exactly 0 whatever the "
        "assumptions is no branch. Numbers are kept exact, so that `0.7`, `0.2`, `0.1` leave "
        "exactly nothing to `rest`; only `exp`, `log`, `sqrt` and fractional powers are "
        "rounded. Where an assumption makes a probability 0 the branch stays, with probability "
        "0. In each draw probabilities lie in 0 … 1 and sum to 1, or the draw is no game.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - leak: {chance: {yes: 0.3 if offer = business else 0.1, none: rest}}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n",
    ),
    (
        "A signal",
        "Some learn of an aim, a fact or a move, rightly with some probability. When wrong, "
        "each other value is equally likely. An `if` says when it is sent.",
        "A chance move with the options of what it is about, seen by those it goes `to`. It is "
        "not sent where the move it is about was not made. In rounds it is about this round's "
        "move; of another block's move it tells the last one made.",
        "moves:\n  - hint: {signal of: south.aim, to: [north], right: 0.8}\n"
        "  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n",
    ),
    (
        "Together",
        "Moves made at the same time; no actor makes two of them.",
        "Decision nodes in turn, none of which is seen by the makers of the others.",
        "moves:\n  - together:\n"
        "    - offer: {by: south, options: [line, business]}\n"
        "    - answer: {by: north, options: [accept, refuse]}\n",
    ),
    (
        "Rounds",
        "Moves that repeat, at most `count` times, until `ends if` holds after a round. `name` "
        "is the round's number: in its rounds 1, 2 …; afterwards that of the last round played. "
        "The count is a whole number, or an assumption whose value and ends are whole; what is "
        "drawn between them is rounded (halves to the even number).",
        "The moves once for each round, as columns `demand[1]`, `demand[2]` … A round that is "
        "not played makes none of its moves. `ends if` is read after the round's states are "
        "updated: it sees this round's moves and the states as the next round would begin with "
        "them. Each value of the count is a game of its own; a move that is never made at one "
        "value of the count, but may be at another, is no fault.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - rounds:\n      name: term\n      count: 3\n      ends if: demand = yield\n"
        "      says: what is left of the term\n      moves:\n"
        "        - demand: {by: north, options: [hold, yield]}\n",
    ),
    (
        "Rounds on a condition",
        "`if` of rounds says on which condition there are any. It speaks of what comes before "
        "the block, and not of an assumption.",
        "It is read once, as the block begins. Where it does not hold no round is played: none "
        "of the moves is made, states keep their start, a stake with `every` counts in no "
        "round, `ends if` is not read, and the round's number is 0 afterwards.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - rounds:\n      name: term\n      count: 3\n      if: answer = refuse\n"
        "      moves:\n        - demand: {by: north, options: [hold, yield]}\n"
        "stakes:\n  south: [{worth: -1, every: term}]\n",
    ),
    (
        "Taking turns",
        "In rounds `by` may name several actors: the first moves in round 1, the next in round 2, "
        "and behind the last comes the first again. One for each round is a new entrant every "
        "time; two are proposers that alternate. `made(demand, north)` is true where North made "
        "it.",
        "The column of round r belongs to the r-th name. Its maker sees his own rounds of the "
        "move, and those of others if `seen by` says so or is unsaid; what he has seen once he "
        "knows in all his later moves (perfect recall of each actor). An `observer` who takes "
        "turns can know `demand[2]` where that round is his. `without` an actor takes away his "
        "rounds alone. "
        "The payoffs of two actors are not one number: `best` and `value` of such a move ask of "
        "one round, `best(demand[2])`. A name whose turn never comes is warned of.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - rounds:\n      name: term\n      count: 4\n      ends if: reply = agree\n"
        "      moves:\n"
        "        - demand:\n            by: [north, south]\n"
        "            options: {low: {number: 0.4}, high: {number: 0.6}}\n"
        "        - reply: {by: [south, north], options: [agree, decline]}\n"
        "stakes:\n  north:\n"
        "    - worth: number(demand) if made(demand, north) else 1 - number(demand)\n"
        "      if: reply = agree\n      every: term\n",
    ),
    (
        "State",
        "A number carried from round to round. `start` (0 if unsaid) is a number without names; "
        "`next` gives the value after a round from the moves of this round and before and from "
        "the states as the round began. Neither may depend on an assumption.",
        "A function of the history. At the end of each round that is played all states of the "
        "block change at once, from the old values. In its rounds (conditions, chances, a stake "
        "with `every`, `count`, `ever`, `next`) a state's name is its value at the round's "
        "start; in `ends if`, the value after the update; after the rounds, the last value. "
        "`held[2]` is its value at the start of round 2, or the latest so far where round 2 has "
        "not begun; `previous(held)`, inside its rounds only, the value one round earlier than "
        "`held` would give, and the start where there is no earlier round. States may stand in "
        "conditions, stakes and chances, and within the events of a claim; as a number of a "
        "claim they are a fault, since a claim is not asked of one history.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - rounds:\n      name: term\n      count: 3\n"
        "      state: {held: {start: 1, next: held + 1 if demand = hold else held}}\n"
        "      ends if: held >= 3\n      moves:\n"
        "        - demand: {by: north, options: [hold, yield]}\n"
        "stakes:\n  north: [{worth: -held, if: answer = refuse}]\n",
    ),
)

STAKES = _part(
    "Stakes",
    (
        "A stake",
        "`worth`, where `if` holds. An actor's payoff is the sum of his stakes. A `name` lets a "
        "dissent replace or drop it.",
        "A term of the payoff at the end of each history, where `if` holds; where that asks an "
        "assumption, in the draws in which it holds. Outside of rounds a name means the last move "
        "made (see *Names in rounds*).",
        "stakes:\n  north:\n    - {name: war, worth: 3 if north.aim = outwait else -1, "
        "if: answer = refuse, says: the war goes on, because: assumed}\n",
    ),
    (
        "A stake in each round",
        "`every` counts a stake in each round that is played; `discount` is the factor on each "
        "later round.",
        "The sum over the rounds r that are played of discount^(r − 1) × worth, where `if` "
        "holds. `worth` and `if` are read as inside the round: names mean this round's moves, a "
        "state its value at the round's start.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - rounds:\n      name: term\n      count: 3\n      discount: 0.9\n      moves:\n"
        "        - demand: {by: north, options: [hold, yield]}\n"
        "stakes:\n  south: [{worth: -1, if: demand = hold, every: term}]\n",
    ),
    (
        "An order",
        "Where only the order is known: best first, `>` is better, `>>` much better, `~` as "
        "good as; a comparison of numbers stands in brackets. The first that holds "
        "counts; where none holds the order counts 0. `if` says when the order counts at all, "
        "`every` counts it once in each round, as for a stake.",
        "All numbers in that order from 0 (last) to `scale` (first; 1 if unsaid). Each draw "
        "takes one such set, the same in all rounds: the steps between ranks are exponential "
        "draws, of three times the mean at `>>`, divided by their sum; at the base values the "
        "steps are at their means, 1 and 3. From the last rank upwards they are called "
        "`south.stake1.step1`, `south.stake1.step2` …, or by the stake's name "
        "(`south.pride.step1`). An order has at least two ranks.",
        "stakes:\n  south:\n    - {order: answer = accept >> offer = business ~ answer = refuse "
        "> offer = line, scale: 5}\n",
    ),
)

EXPRESSIONS = _part(
    "Expressions",
    (
        "Arithmetic",
        "`+ - * / ^`, `min max abs exp log sqrt`, and `5 %` for 0.05.",
        "A number in each history and each draw.",
        "assumptions: {cost: {value: 2, range: [1, 5]}}\n"
        "stakes:\n  north:\n"
        '    - {worth: "max(0, min(cost, 3)) ^ 2 - sqrt(abs(1 - cost)) / 4", if: answer = refuse}\n'
        "    - {worth: exp(-cost) + log(cost) * 10 %, if: answer = accept}\n",
    ),
    (
        "Comparisons of moves",
        "A move, aim, fact or signal equals one of its options (`=`), does not (`!=`), or is "
        "one of some (`in`, `not in`). A move that was not made, or not yet, equals nothing: "
        "`=` and `in` are false, `!=` and `not in` true. Where a word is both an option of the "
        "left side and the name of a variable, it is the option.",
        "A set of histories.",
        "stakes:\n  south:\n"
        '    - {worth: 1, if: "answer in [accept, refuse] and offer != business"}\n'
        '    - {worth: 1, if: "answer not in [accept] and south.aim = deals"}\n',
    ),
    (
        "Comparisons of numbers",
        "`= != < <= > >=`, also in chains.",
        "A set of histories. A chain `a < b < c` is `a < b and b < c`.",
        "moves:\n  - rounds:\n      name: term\n      count: 4\n      moves:\n"
        "        - demand: {by: north, if: 1 < term <= 3, options: [hold, yield]}\n"
        "        - offer: {by: south, options: [line, business]}\n"
        "        - answer: {by: north, if: offer = line, options: [accept, refuse]}\n",
    ),
    (
        "and, or, not",
        "`not` binds most tightly, then `and`, then `or`.",
        "Intersection, union, complement.",
        "stakes:\n  south:\n"
        "    - {worth: 1, if: not (answer = accept or offer = business) and south.aim = peace}\n",
    ),
    (
        "By cases",
        "`a if condition else b`, of numbers or of conditions. A condition is no number: write "
        "`1 if … else 0`.",
        "The one value in some histories, the other in the rest.",
        "stakes:\n  north: [{worth: 3 if north.aim = outwait else 1 if offer = line else 0, "
        "if: answer != accept}]\n",
    ),
    (
        "Events",
        "A condition that has a name. The name stands wherever a condition may stand: in moves, "
        "stakes, claims, `resolves if`, observations, `--observe`, and other events; it cannot "
        "be compared. `says` is the event as a clause, for print. Without it "
        "`deal: answer = accept` is enough.",
        "The set of histories of its condition, read where the name stands as if it were written "
        "out there in parentheses: within rounds it speaks of their round. An event cannot be "
        "defined by itself.",
        "events:\n  deal: answer = accept\n"
        "  honest_deal: {if: deal and south.aim = peace, says: an honest deal is struck}\n"
        "stakes:\n  south: [{worth: 1, if: honest_deal}]\n"
        "claims:\n  c1:\n    holds if: P(honest_deal | deal) > P(south.aim = peace)\n"
        "observations: [{saw: not deal}]\n",
    ),
    (
        "made",
        "Whether a move was made. In rounds: `made(demand)` this round's; after them, whether "
        "it was made in any; `made(demand[2])` in that round. `made(demand, north)` is whether "
        "North made it; after the rounds, whether the last one made was his.",
        "A set of histories.",
        'stakes:\n  north: [{worth: 1, if: made(answer)}, {worth: 2, if: "made(answer, north)"}]\n',
    ),
    (
        "Names in rounds",
        "Inside its rounds a name means this round's move, `previous(demand)` the last round's "
        "(in round 1: not made). Afterwards it means the last one made, which may be an earlier "
        "round's than the last round; inside another block too. `demand[2]` is a certain "
        "round's: not made where that round is not played or has not come to it; in a stake, "
        "which is counted when all is over, a later round's too. Before its "
        "rounds none of these may be spoken of. `ever(…)` is whether a condition holds in some "
        "round that was played, `count(…)` in how many.",
        "Columns of the history. `ever` and `count` stand outside of the rounds they look at, "
        "and speak of one block; in each round their condition is read as inside that round, so "
        "that `count(demand = hold and previous(demand) = hold)` counts pairs, and `demand[1]` "
        "in it stays round 1's.",
        "moves:\n  - rounds:\n      name: term\n      count: 3\n      moves:\n"
        "        - demand: {by: north, if: previous(demand) != yield, options: [hold, yield]}\n"
        "  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line and ever(demand = hold), "
        "options: [accept, refuse]}\n"
        "stakes:\n  south:\n    - worth: count(demand = hold)\n"
        "      if: demand[2] = hold and demand = yield\n",
    ),
    (
        "Two variables",
        "A move may be compared with another that has the same labels. They are equal where "
        "both were made and have the same label; `!=` is the denial.",
        "A set of histories.",
        "moves:\n  - offer: {by: south, options: [line, business]}\n"
        "  - answer: {by: north, if: offer = line, options: [accept, refuse]}\n"
        "  - guess: {by: north, options: [line, business]}\n"
        "stakes:\n  north: [{worth: 1, if: guess = offer}]\n",
    ),
)


def _claim(text: str, more: str = "") -> str:
    return f"claims:\n  c1:\n{more}    holds if: >-\n      {text}\n"


CLAIMS = _part(
    "Claims",
    (
        "A claim",
        "A comparison, or several joined by `and`, `or`, `not`. It holds where they are true. "
        "Claims are numbers of terms such as `P(…)` and of assumptions (their drawn values); "
        "moves, states and rounds stand within the terms only.",
        "Asked of the equilibrium in each draw. The margin of `a > b` is a − b; of `and` the "
        "smallest, of `or` the largest, of `=` minus the distance.",
        _claim(
            "P(answer = accept) > 0.2 and P(answer = accept) < 0.8",
            "    by: the author\n    reported by: a page\n    says: it is open\n"
            "    matters from: 0.02\n    reason: a fifth is what one would bet on\n"
            "    date: 2025-08-10\n    resolves: 2025-08-15\n",
        ),
    ),
    (
        "Forecasts",
        "What can be seen later decides the claim: `resolves if` is an event on moves, to be "
        "judged on the day that `resolves` names; it counts for nothing unless `annulled unless` "
        "holds; `stated` is the probability of it that the speaker gives or implies.",
        "Nothing in the game. `lackmus forecast` asks how probable the event is, and `lackmus "
        "ledger` scores it, and what was stated, by the record.",
        _claim(
            "P(answer = accept) > 0.5",
            "    by: the author\n    resolves: 2025-08-15\n    resolves if: answer = accept\n"
            "    annulled unless: offer = line\n    stated: 0.7\n",
        ),
    ),
    (
        "`for each`",
        "The comparison is asked once given each value of a variable, and holds where it holds "
        "for all: a comparison aim by aim, in which no weight of one against another enters.",
        "`variable = value` joined to what is given in each term (under `do`, too), and the "
        "comparisons joined by `and`: each is a part of the claim.",
        "claims:\n  c1:\n    for each: north.aim\n"
        "    holds if: P(answer = accept | offer = line) > 0.1\n",
    ),
    (
        "Likelier, likeliest, possible",
        "“Likelier under A than under B” is `P(x | A) > P(x | B)`; by a factor of k or more, "
        "`P(x | A) >= k * P(x | B)`, which is the likelihood ratio without a division by 0. That "
        "it speaks for A is said of x as evidence, and not of A: what is likelier to be seen "
        "under A may leave A unlikely. “The likeliest explanation” is `likeliest(aim | x) = A`: "
        "with the prior. “Possible” is a claim that need not hold in most draws: ask whether it "
        "holds in some (any verdict but `is contradicted`, and a share that is not 0), or, of an "
        "event, `P(x) > 0.05` with a threshold of your own and its `reason`.",
        "Comparisons like others.",
        _claim(
            "P(answer = refuse | north.aim = outwait, offer = line) >= "
            "2 * P(answer = refuse | north.aim = settle, offer = line)"
        ),
    ),
    (
        "P(event | given)",
        "The probability of an event, given what is known.",
        "Realisation probability of the histories with both over that of the histories with what "
        "is given; undefined where the latter is 0.",
        _claim("P(south.aim = deals | offer = line) < P(south.aim = deals)"),
    ),
    (
        "`P[viewer]`",
        "The same, and `lackmus check` insists that the viewer can see all that is given. "
        "`observer:` says so for a whole claim.",
        "As above.",
        _claim("P[public](north.aim = settle | answer = accept) > 0.5", "    observer: public\n"),
    ),
    (
        "E(actor | given)",
        "What an actor can expect.",
        "Mean of his payoff over the histories with what is given.",
        _claim("E(south | offer = line) > E(south | offer = business)"),
    ),
    (
        "best, value",
        "`value(move = option)` is what an option pays its maker on average; `best(move)` is "
        "the option that pays most. In rounds `move` means the decisions of all rounds, "
        "`move[2]` those of one; where several take turns, one has to be named.",
        "EU(a | infoset), averaged over the infosets where the move is decided and the option "
        "is open, by the probability that the infoset is passed and what is given holds. For "
        "`best`, what the mover expects there is subtracted first, so that options that are not "
        "always open can be compared; its margin is the lead over the next. Options that are "
        "open at none of these infosets are left out; where it is the one asked for, the claim "
        "fails, and where there is none at all it cannot be asked. The only option is best. "
        "Options that tie for the lead are no different: neither `=` nor `!=` holds.",
        _claim(
            "best(answer | north.aim = outwait) = refuse "
            "and value(offer = line) < value(offer = business | south.aim = deals)"
        ),
    ),
    (
        "likeliest",
        "The value with the highest probability. That the move is not made is not among the "
        "values.",
        "The margin is its lead over the next. Values that tie for the lead are no different: "
        "neither `=` nor `!=` holds.",
        _claim("likeliest(answer | offer = line) = refuse"),
    ),
    (
        "H",
        "How uncertain a belief is, in bits.",
        "Shannon entropy of the variable given what is given. Not being made counts as a value.",
        _claim("H(south.aim | offer = line) < H(south.aim)"),
    ),
    (
        "I, shift",
        "What seeing one variable tells about another: `I(about; of)` in bits, `shift(about; of)` "
        "from 0 to 1. A semicolon stands between them.",
        "Mutual information; expected total variation distance between the belief after and "
        "before. Not being made counts as a value of either variable.",
        _claim("I(south.aim; offer) > 0.1 and shift[public](south.aim; offer) > 0.05"),
    ),
    (
        "do(…)",
        "The rule is changed and everybody knows it: a commitment, a counterfactual. A move, "
        "aim or fact is fixed, a move or an actor taken away, an assumption set, the number of "
        "rounds among them. `demand[2]` is the rule of one round. (What follows an unannounced "
        "surprise is `P(… | …)` in the same solution.)",
        "A game of its own, solved anew. A fixed move is made as said wherever it is made and "
        "that option is open, and nobody decides it there; where the option is closed, the "
        "mover chooses as before. Chance, a signal, an aim or a fact is settled wherever it is "
        "made, also at what had probability 0. A move taken away is not made. The more "
        "particular rule wins: that of one round over that of the move, that of a move over "
        "`without` its actor. The same target twice in one `do` is a fault.",
        _claim(
            "E(south | do(offer = line)) > E(south | do(no answer)) "
            "or P(answer = accept | do(north.aim = settle, without south)) > 1/2 "
            "or E(south | do(precision = 9)) > 0"
        ),
    ),
    (
        "observed",
        "All that has been observed so far is given too: the case's record (what is not "
        "`certain` left out) and what `--observe` adds. A claim that does not say so is asked "
        "as of before the record.",
        "The condition of the observations is joined to what is given, in the game that the "
        "term asks; see [the mathematics](../explanation/mathematics.md#claims).",
        _claim("P(south.aim = deals | observed) > 0.5"),
    ),
    (
        "Statements",
        "What was said, by whom, reported by whom, and what it bears on.",
        "Nothing in the game; printed beside what it bears on.",
        "statements:\n  s1: {speaker: a minister, reporter: a page, date: 2025-08-09, "
        "says: North will not stop, bears on: [answer]}\n",
    ),
    (
        "Observations",
        "What was seen, perhaps in part, by whom, and whether the record settles it. They may "
        "stand in `observations.yaml` beside the case. `reliability` says how a report hangs on "
        "the event: with `hit` it is made where the event took place, with `false alarm` where "
        "it did not; a list of them is a chain of reporters, the nearest to the event first. "
        "What is not `certain` and says no more has 0.8 and 0.2. Of one event told by the same "
        "source (`via`) more than once, the most reliable report counts. An aim or a fact is never "
        "seen: it takes somebody who knows it (`by`), or a report that may be wrong.",
        "Conditions on the histories. Where `lackmus learn` weighs draws, an observation with a "
        "reliability has in each history the probability of its report.",
        "observations:\n  - {saw: answer != accept, by: public, date: 2025-08-15, certain: true, "
        "says: no ceasefire was announced, because: public record}\n"
        "  - {saw: answer = refuse, date: 2025-08-15, certain: false, via: an aide, "
        "reliability: {hit: 0.9, false alarm: 0.1}}\n",
    ),
)

SOURCES = _part(
    "Sources and dissents",
    (
        "Sources and citations",
        "`memo §3` is a paragraph, counted from 1 and split at blank lines. A passage has "
        "characters, counted from 0 at the beginning of the file, also where its paragraph is "
        "named, and the SHA-256 of its UTF-8, of which the first eight digits are enough. "
        "`lackmus cite TEXT 'words'` prints one to be pasted; `lackmus check --sources DIR` holds "
        "it against the text, which never stands in the case: the source's `file` in that folder, "
        "the one with its `sha256`, or, where it has neither, one of the source's name, such as "
        "`memo.txt`.",
        "Nothing in the game.",
        "sources:\n  memo: {title: A memo, author: A. Author, published: 2025-08-10, "
        "language: en, url: https://example.org/memo, file: memo.txt}\n"
        "passages:\n  p3: {source: memo, paragraph: 3, chars: [120, 240], sha256: 4e8b289a}\n"
        "actors:\n  north: {cite: [memo §1, p3]}\n",
    ),
    (
        "Author, known answer, comments, notes",
        "Who wrote the case; what the literature says; remarks; why these assumptions, and "
        "what was left out.",
        "Nothing in the game.",
        "author: A. Analyst\nasked: 2025-08-10\nsummary: One paragraph.\n"
        "notes: |\n  Left out is the sea.\n"
        "known answer: South offers the line.\ncomments:\n  - A remark.\n",
    ),
    (
        "Dissents",
        "A file that `extends` a case (a path, or a name in the library) and says what it would "
        "change: parts of the same name, and the precision, are replaced field by field (a claim "
        "with another question "
        "leaves the old one's `for each`, `matters from` and `reason` behind; a new range keeps "
        "the shape of a distribution, but one that states its own ends, as `{triangular: [0, 2, "
        "5]}` or a choice, goes with them, and all of the new range is equally likely; a "
        "distribution with parameters takes the old range's place), stakes by their `name`, "
        "`drop` removes a stake, anything else is added. The file begins with `extends: "
        "case.yaml`, "
        "and may say `by` whom, which is then its `author`, and `because`, "
        "which takes the place of the `notes`; "
        "the case lists it: `dissents: [other.yaml]`.",
        "A second case. Its draws are those of the first wherever they share an assumption; what "
        "is drawn in a stake keeps its name where another is dropped.",
        "title: As another sees it\n"
        "stakes:\n  north:\n    - {drop: war}\n    - {name: gain, worth: 1, if: answer = accept}\n",
    ),
)

CONSTRUCTS = (*WHO, *NUMBERS, *MOVES, *STAKES, *EXPRESSIONS, *CLAIMS, *SOURCES)
