"""A case read back as sentences, so that an author sees what he wrote and what he left unsaid."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from lackmus.case import syntax
from lackmus.case.assuming import default_precision
from lackmus.case.knowing import Knowledge
from lackmus.case.scope import aim_of
from lackmus.case.spoken import Speaker, capital, day, listed, plain, quoted
from lackmus.case.text import expression_text, number_text, rounded

#: Precision times the largest stake from which it is said what it means for stakes so large.
_MANY_STEPS = 1000
_NEAR_CERTAIN = 14


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it.

    Attributes:
        title: The heading.
        paragraphs: Plain text; those of a list begin with a number or a dash.
    """

    title: str
    paragraphs: tuple[str, ...]


def in_words(case: syntax.Case) -> tuple[Section, ...]:
    """The game that a case describes, as English sentences.

    Args:
        case: A case that passed its check.

    Returns:
        Sections without paragraphs are left out.
    """
    words = CaseWords(case)
    sections = (
        ("The case", words.opening()),
        ("Who", words.people()),
        ("What nobody decides", words.facts()),
        ("What happens, in this order", words.story()),
        ("What is at stake", words.stakes()),
        ("How the actors choose", words.choice()),
        ("What is assumed", words.assumptions()),
        ("What is called by a name", words.events()),
        ("What is asked", words.claims()),
        ("What was said", words.statements()),
        ("What was observed", words.observations()),
        ("Left to defaults", words.defaults()),
    )
    made = (Section(title, tuple(paragraphs)) for title, paragraphs in sections)
    return tuple(section for section in made if section.paragraphs)


def claim_in_words(case: syntax.Case, claim: syntax.Claim) -> str:
    """What a claim asks of the game: ``the probability that … is less than 0.05``.

    Behind it, in brackets, stands when the events occur of which it speaks.
    """
    say = Speaker(case)
    asked = say.each(claim) + say.question(claim.holds_if)
    return _described(asked, "; ".join(say.meanings([claim.holds_if])))


def question_in_words(case: syntax.Case, claim: syntax.Claim) -> tuple[Section, ...]:
    """The same as `claim_in_words`, as lists: the parts that have to be so, and what events mean.

    Empty where the question has one part alone.
    """
    say = Speaker(case)
    op, parts = say.parts(claim.holds_if)
    if len(parts) < 2:
        return ()
    lead = say.each(claim) + ("all of this is so" if op == "and" else "some of this is so")
    meanings = tuple(say.meanings([claim.holds_if]))
    asked = Section(f"{lead}:", tuple(dict.fromkeys(parts)))
    return (asked, Section("Here:", meanings)) if meanings else (asked,)


def stakes_in_words(case: syntax.Case) -> tuple[Section, ...]:
    """What each actor plays for: his payoff's terms, under a sentence that says whose they are.

    Where they speak of events, a last section says when these occur.
    """
    words = CaseWords(case)
    stakes = tuple(Section(head, tuple(terms)) for head, terms in words.stakes_by_actor())
    meanings = tuple(words.events_at_stake())
    return (*stakes, Section("Here:", meanings)) if meanings else stakes


def knowledge_in_words(case: syntax.Case) -> Mapping[str, str]:
    """Per aim, fact and move, by its id: who knows it or sees it, and what its mover has not seen.

    A fact or an aim without alternatives is left out.
    """
    return CaseWords(case).knowledge()


def words_text(case: syntax.Case, width: int = 88) -> str:
    """The sentences of `in_words` as text of a given width, lists indented."""
    blocks = []
    for section in in_words(case):
        lines = [section.title, "-" * len(section.title)]
        for paragraph in section.paragraphs:
            mark = paragraph.split(" ", 1)[0] if paragraph[:1] in "-0123456789" else ""
            hang = " " * (len(mark) + 1) if mark else ""
            lines += textwrap.wrap(paragraph, width, subsequent_indent=hang)
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


class CaseWords:
    """The sentences about each part of a case, in the order of the parts."""

    def __init__(self, case: syntax.Case) -> None:
        self._case = case
        self._say = Speaker(case)
        self._scope = self._say.scope
        self._known = Knowledge(self._say)

    def opening(self) -> Iterator[str]:
        """What the case is called, of when, by whom, and in short."""
        case = self._case
        title = case.title or "A case without a title"
        yield _sentence(title + (f", as of {day(case.asked)}" if case.asked else ""))
        if case.author:
            yield f"Written by {case.author}."
        if case.summary:
            yield case.summary

    # --- who and what ---

    def people(self) -> Iterator[str]:
        """The actors with their aims, one each, and then the observers."""
        for actor in self._case.actors:
            name = _described(capital(self._say.who(actor.id)), actor.says)
            cited = _cited(actor.cite)
            if not actor.aims:
                yield f"{name} hides no aim.{cited}"
                continue
            if self._joint(aim_of(actor.id)):
                aims = listed((_described(quoted(a.label), a.says) for a in actor.aims), "or")
            else:
                aims = self._chances(actor.aims)
            knows = self._known.knowers(self._scope.variables[aim_of(actor.id)])
            yield f"{name} has an aim of its own: {aims}. {knows}{cited}"
        for observer in self._case.observers:
            yield f"{capital(self._say.who(observer))} sees what is shown to it, and does not move."

    def facts(self) -> Iterator[str]:
        """The facts, one each, and then what hangs together."""
        for fact in self._case.facts:
            name = _described(capital(plain(fact.name)), fact.says)
            if self._joint(fact.name):
                values = listed((_described(quoted(v.label), v.says) for v in fact.values), "or")
            else:
                values = self._chances(fact.values)
            knows = self._known.knowers(self._scope.variables[fact.name])
            yield f"{name} is {values}. {knows}{_cited(fact.cite)}"
        for table in self._case.joint_aims:
            yield self._together(table)

    def _joint(self, name: str) -> bool:
        return any(name in table.over for table in self._case.joint_aims)

    def _together(self, table: syntax.JointAims) -> str:
        over = listed(self._say.variable(syntax.Name(name)) for name in table.over)
        cells = [
            f"{listed(map(quoted, labels))} {self._probability(number)}"
            for labels, number in table.chances
        ]
        return f"{capital(over)} hang together: {'; '.join(cells)}."

    def _probability(self, number: syntax.Expr | None) -> str:
        return "otherwise" if number is None else f"with probability {self._say.number(number)}"

    def _chances(self, chances: tuple[syntax.Chance, ...]) -> str:
        parts = []
        for chance in chances:
            what = _described(quoted(chance.label), chance.says)
            parts.append(f"{what} {self._chance(chance, chances)}")
        return listed(parts, "or")

    def _chance(self, chance: syntax.Chance, among: tuple[syntax.Chance, ...]) -> str:
        if chance.probability is not None:
            return self._probability(chance.probability)
        values = [self._say.value(c.probability) for c in among if c.probability is not None]
        known = [value for value in values if value is not None]
        if len(known) < len(values):
            return "otherwise"
        return f"with probability {rounded(1 - sum(known, Fraction(0)))}"

    # --- moves ---

    def story(self) -> Iterator[str]:
        """The moves in order, numbered."""
        for i, item in enumerate(self._case.moves, 1):
            if isinstance(item, syntax.Rounds):
                yield from self._rounds(item, f"{i}.")
            else:
                yield from self._moves(item, f"{i}.")

    def _moves(self, item: syntax.Move | syntax.Together, mark: str) -> Iterator[str]:
        if isinstance(item, syntax.Move):
            yield f"{mark} {self.move(item)}"
            return
        yield f"{mark} At the same time, and without seeing each other's choice:"
        for k, move in enumerate(item.moves, 1):
            yield f"{mark}{k}. {self.move(move)}"

    def _rounds(self, rounds: syntax.Rounds, mark: str) -> Iterator[str]:
        yield f"{mark} {self.repeated(rounds)}"
        for k, item in enumerate(rounds.moves, 1):
            yield from self._moves(item, f"{mark}{k}.")
        yield from (f"- {line}" for line in self.carried(rounds))

    def repeated(self, rounds: syntax.Rounds) -> str:
        """When, how often and until when rounds are played."""
        says = f" ({rounds.says})" if rounds.says else ""
        until = f", until {self._say.condition(rounds.ends_if)}" if rounds.ends_if else ""
        count = self._say.number(rounds.count)
        often = "once" if count == "1" else f"in up to {count} rounds"
        when = f"if {self._say.condition(rounds.condition)}, " if rounds.condition else ""
        return f"{capital(plain(rounds.name))}{says}: {when}the following happens {often}{until}."

    def carried(self, rounds: syntax.Rounds) -> Iterator[str]:
        """What goes from one round to the next."""
        if rounds.discount is not None:
            factor = self._say.number(rounds.discount)
            yield f"What is counted in each round counts {factor} times as much in the next."
        for state in rounds.state:
            name, start = capital(plain(state.name)), self._say.number(state.start)
            yield f"{name} is carried on: at first {start}, then {self._say.number(state.next)}."

    def move(self, move: syntax.Move) -> str:
        """Who chooses what when, and who sees it."""
        notes = _noted(move.says, day(move.date) if move.date else "")
        head = _described(capital(plain(move.name)), notes)
        when = f"if {self._say.condition(move.condition)}, " if move.condition else ""
        variable = self._scope.variables[move.name]
        sentences = [f"{head}: {when}{self._what(move)}.", self._known.viewers(variable)]
        if move.by:
            sentences += self._known.lacking(variable)
        return " ".join(filter(None, sentences)) + _cited(move.cite)

    def _what(self, move: syntax.Move) -> str:
        if move.signal_of is not None and move.right is not None:
            about, right = self._say.variable(move.signal_of), self._say.number(move.right)
            wrong = "; when wrong, each other value is equally likely"
            many = len(self._scope.variables[move.name].options) > 2
            return f"a signal tells {about}, rightly with probability {right}{wrong * many}"
        if not move.by:
            chances = tuple(map(syntax.chance_of, move.options))
            return f"chance decides: {self._chances(chances)}"
        options = [self._option(option) for option in move.options]
        makers = self._scope.variables[move.name].by
        if len(makers) == 1:
            return f"{self._say.who(makers[0])} chooses {listed(options, 'or')}"
        taking = f"in turn, one a round, {listed(map(self._say.who, makers))} choose"
        return f"{taking} {listed(options, 'or')}"

    def _option(self, option: syntax.Option) -> str:
        number = "" if option.number is None else f"number {rounded(option.number)}"
        text = _described(quoted(option.label), _noted(option.says, number))
        return (
            f"{text} only if {self._say.condition(option.condition)}" if option.condition else text
        )

    def knowledge(self) -> dict[str, str]:
        """Who knows what is hidden, who sees which move, and what its mover has not seen."""
        hidden = [aim_of(actor.id) for actor in self._case.actors if actor.aims]
        hidden += [fact.name for fact in self._case.facts]
        told = {name: self._known.knowers(self._scope.variables[name]) for name in hidden}
        for move in all_moves(self._case):
            variable = self._scope.variables[move.name]
            blind = self._known.lacking(variable) if move.by else []
            told[move.name] = " ".join([self._known.viewers(variable), *blind])
        return told

    # --- stakes ---

    def stakes(self) -> Iterator[str]:
        """What each actor plays for, as a list under a sentence."""
        for head, terms in self.stakes_by_actor():
            yield head
            yield from (f"- {term}" for term in terms)

    def stakes_by_actor(self) -> Iterator[tuple[str, list[str]]]:
        """Per actor a sentence, and the terms of his payoff."""
        for actor in self._case.actors:
            own = [stake for stake in self._case.stakes if stake.actor == actor.id]
            name = capital(self._say.who(actor.id))
            sums = f"{name}’s payoff is the sum of:"
            yield sums if own else f"{name} has nothing at stake.", list(map(self.stake, own))

    def events_at_stake(self) -> Iterator[str]:
        """When the events occur of which stakes speak."""
        spoken: list[syntax.Expr] = []
        for stake in self._case.stakes:
            if isinstance(stake, syntax.OrdinalStake):
                spoken += [condition for group in stake.groups for condition in group]
            else:
                spoken.append(stake.worth)
            spoken += [] if stake.condition is None else [stake.condition]
        yield from (f"{capital(text)}." for text in self._say.meanings(spoken))

    def stake(self, stake: syntax.Stake | syntax.OrdinalStake) -> str:
        """One term of a payoff."""
        says = stake.says or plain(stake.name)
        head = f"{says}: " if says else ""
        when = ""
        if stake.condition is not None:
            when = f", if {self._say.condition(stake.condition)}"
        if stake.every is not None:
            when += f", counted in each round of {plain(stake.every)}"
        when = _described(when, stake.because)
        if isinstance(stake, syntax.OrdinalStake):
            return head + self._order(stake, when) + _cited(stake.cite)
        return f"{head}{self._say.number(stake.worth)}{when}.{_cited(stake.cite)}"

    def _order(self, stake: syntax.OrdinalStake, when: str) -> str:
        ranks = [listed(map(self._say.condition, group), "or") for group in stake.groups]
        parts = []
        for rank, gap in zip(ranks, (*stake.gaps, False), strict=True):
            parts.append(f"{rank} (and then a wide gap)" if gap else rank)
        scale = self._say.number(stake.scale)
        return (
            f"only an order is known, best first: {'; then '.join(parts)}. The best is worth "
            f"{scale}, the last 0, and what lies between is drawn in that order{when}."
        )

    def choice(self) -> Iterator[str]:
        """How sharply better options are preferred."""
        precision = self._case.precision
        ratio = math.exp(min(float(precision.value), _NEAR_CERTAIN))
        odds = f"with odds of {float(f'{ratio:.2g}'):,g} to 1"
        if precision.value >= _NEAR_CERTAIN:
            odds = "almost surely"
        yield (
            f"Everyone knows the whole case but what is hidden, and errs now and then: of two "
            f"options the one that is better by one unit is taken {odds}. That is a precision of "
            f"{self._drawn(precision)}."
        )
        values = (
            self._say.value(stake.worth if isinstance(stake, syntax.Stake) else stake.scale)
            for stake in self._case.stakes
        )
        largest = max((abs(value) for value in values if value is not None), default=Fraction(0))
        if largest * precision.value >= _MANY_STEPS:
            yield (
                f"So errors are rare where options differ by more than a few times "
                f"{rounded(1 / precision.value)}, one over the precision; the largest stake here "
                f"is {rounded(largest)}, and errors matter only where two options come nearly to "
                f"the same."
            )

    # --- numbers ---

    def assumptions(self) -> Iterator[str]:
        """Every assumption, and what hangs together of them."""
        for assumption in self._case.assumptions:
            says = f": {assumption.says}" if assumption.says else ""
            why = _noted(assumption.because, _places(assumption.cite))
            yield f"- {_described(f'{assumption.name} = {self._drawn(assumption)}{says}', why)}."
        for pair in self._case.correlations:
            one, other = pair.between
            yield f"- {one} and {other} are drawn with rank correlation {rounded(pair.rho)}."

    @staticmethod
    def _drawn(assumption: syntax.Assumption) -> str:
        drawn, value = assumption.distribution, rounded(assumption.value)
        numbers = [rounded(n) for n in drawn.parameters]
        ends = "".join(
            f", not {word} {number_text(end)}"
            for word, end in (("below", drawn.low), ("above", drawn.high))
            if end is not None
        )
        if drawn.shape == "fixed":
            return value
        if drawn.shape == "choice":
            weights = [rounded(weight) for weight in drawn.weights]
            pairs = zip(numbers, weights, strict=True)
            return f"{value}, or {listed((f'{n} (weight {w})' for n, w in pairs), 'or')}"
        told = drawn.family.words.format(*numbers)
        return f"{value}, {told}{'' if drawn.family.by_range else ends}"

    def events(self) -> Iterator[str]:
        """The events, one each."""
        for event in self._case.events:
            what = f"{event.says}, if" if event.says else "holds if"
            condition = self._say.condition(event.condition)
            yield f"- {event.name}: {what} {condition}.{_cited(event.cite)}"

    def claims(self) -> Iterator[str]:
        """The claims, one each."""
        for claim in self._case.claims:
            made = day(claim.date) if claim.date else ""
            by = _described(_speaker(claim.by, claim.reported_by), made)
            says = f"{claim.says}. " if claim.says else ""
            head = f"{by}: {says}" if by else capital(says)
            holds = f"Holds if {self._say.each(claim)}{self._say.question(claim.holds_if)}."
            seen = ""
            if claim.observer:
                seen = f" What is given must be visible to {self._say.who(claim.observer)}."
            due = f" To be judged on {day(claim.resolves)}." if claim.resolves else ""
            due += self._forecast(claim)
            matters = ""
            if claim.matters_from is not None:
                matters = f" Differences count from {rounded(claim.matters_from)} on."
            why = f" Asked like this because: {claim.reason}." if claim.reason else ""
            asked = f"{head}{holds}{matters}{why}{seen}{due}{_cited(claim.cite)}"
            yield f"- {claim.id}: {asked}"

    def _forecast(self, claim: syntax.Claim) -> str:
        if claim.resolves_if is None:
            return ""
        text = f" The record decides it by whether {self._say.condition(claim.resolves_if)}."
        if claim.annulled_unless is not None:
            text += f" Annulled unless {self._say.condition(claim.annulled_unless)}."
        if claim.stated is not None:
            text += f" Its speaker gives that {rounded(claim.stated)}."
        return text

    def statements(self) -> Iterator[str]:
        """Who said what, one each."""
        for said in self._case.statements:
            when = day(said.date) if said.date else ""
            bears = f" Bears on {listed(said.bears_on)}." if said.bears_on else ""
            by = _described(_speaker(said.speaker, said.reporter), when)
            yield f"- {by}: {said.says}.{bears}{_cited(said.cite)}"

    def observations(self) -> Iterator[str]:
        """What was seen, one each."""
        for seen in self._case.observations:
            when = f"{day(seen.date)}, " if seen.date else ""
            by = f"seen by {self._say.who(seen.by)}: " if seen.by else ""
            text = f"{when}{by}{self._say.condition(seen.saw)}"
            note = _noted(seen.says, seen.because)
            sure = "" if seen.settles else " The record does not settle it."
            for link in seen.reliability:
                hit, alarm = expression_text(link.hit), expression_text(link.false_alarm)
                sure += f" It is told with {hit} where it is so, with {alarm} where it is not."
            sure += f" Known through {listed(seen.via)}." if seen.via else ""
            yield f"- {_described(capital(text), note)}.{sure}{_cited(seen.cite)}"

    # --- defaults ---

    def defaults(self) -> Iterator[str]:
        """What the author left unsaid."""
        case = self._case
        seen = [m.name for m in all_moves(case) if m.seen_by is None and not m.noticed_by]
        if seen:
            yield f"- Seen by everyone, since nothing else is said: {listed(seen)}."
        if case.precision == default_precision():
            yield "- The precision, since the case gives none."
        fixed = [a.name for a in case.assumptions if a.distribution.shape == "fixed"]
        if fixed:
            yield f"- Fixed in all draws, since no range is given: {listed(fixed)}."
        bare = [a.name for a in case.assumptions if not a.because and not a.cite]
        if bare:
            yield f"- Without a source or a reason: {listed(bare)}."
        for item in case.moves:
            if isinstance(item, syntax.Rounds) and item.discount is None:
                yield f"- All rounds of {plain(item.name)} count alike: there is no discount."
        if not case.observers:
            yield "- Nobody looks on: the case has no observers."
        if not case.claims:
            yield "- Nothing is asked: the case has no claims."


def all_moves(case: syntax.Case) -> Iterator[syntax.Move]:
    """The moves in order, those of rounds and of `together` among them."""
    for item in case.moves:
        for inner in item.moves if isinstance(item, syntax.Rounds) else (item,):
            yield from inner.moves if isinstance(inner, syntax.Together) else (inner,)


def _places(citations: tuple[syntax.Citation, ...]) -> str:
    """``memo §3 and §5``."""
    places: dict[str, list[str]] = {}
    for citation in citations:
        where = [f"§{citation.paragraph}"] if citation.paragraph else []
        places.setdefault(citation.source, []).extend(where)
    return listed(
        f"{source} {listed(dict.fromkeys(where))}".strip() for source, where in places.items()
    )


def _cited(citations: tuple[syntax.Citation, ...]) -> str:
    """What stands behind a paragraph that rests on passages."""
    return f" [{_places(citations)}]" if citations else ""


def _speaker(by: str, reporter: str) -> str:
    return capital(by) + (f", reported by {reporter}" if reporter else "")


def _noted(*parts: str) -> str:
    """What stands in brackets: those parts that say something."""
    return "; ".join(filter(None, parts))


def _described(what: str, says: str) -> str:
    return f"{what} ({says})" if says else what


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."
