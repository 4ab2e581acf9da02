"""Who knows what in a case, in words: who sees a move, and what its mover has not seen."""

from __future__ import annotations

from lackmus.case import syntax
from lackmus.case.scope import Variable
from lackmus.case.spoken import Speaker, capital, listed


class Knowledge:
    """Tells of the variables of one case who knows them.

    Args:
        say: Says its expressions.
    """

    def __init__(self, say: Speaker) -> None:
        self._say = say
        self._scope = say.scope

    def knowers(self, variable: Variable) -> str:
        """Who knows an aim or a fact, as a sentence."""
        seen = list(dict.fromkeys(variable.seen_by))
        if not seen:
            return "Nobody knows it."
        if set(seen) >= set(self._scope.viewers):
            return "Everyone knows it."
        verb = "knows it" if len(seen) == 1 else "know it"
        return f"Only {self._say.everyone(seen)} {verb}."

    def viewers(self, variable: Variable) -> str:
        """Who sees a move, as a sentence."""
        seen = list(dict.fromkeys(variable.seen_by))
        noticed = [v for v in variable.noticed_by if v not in seen]
        own = [v for v in self._scope.viewers if v in variable.by and v not in seen]
        blind = [v for v in self._scope.viewers if v not in (*seen, *noticed, *own)]
        if not blind and not noticed and not own:
            return "Everyone sees it."
        others = [v for v in seen if v not in variable.by]
        if own and not seen:
            text = "Only who makes it sees it"
        elif not seen:
            text = "Nobody sees it"
        elif not others and not noticed and not own:
            return f"Nobody but {self._say.who(seen[0])} sees it."
        else:
            text = f"{capital(self._say.everyone(seen))} {agree(seen, 'see')} it"
            whose = "its" if len(own) == 1 else "their"
            theirs = f"; {self._say.everyone(own)} {agree(own, 'see')} it in {whose} own rounds"
            text += theirs if own else ""
        if noticed:
            only = self._say.everyone(noticed)
            text += f"; {only} {agree(noticed, 'see')} only whether it is made"
        if blind:
            text += f"; {self._say.everyone(blind)} {'does' if len(blind) == 1 else 'do'} not"
        return f"{text}."

    def lacking(self, variable: Variable) -> list[str]:
        """What each mover has not seen when he chooses; a sentence for those who know alike."""
        alike: dict[str, list[str]] = {}
        for maker in dict.fromkeys(variable.by):
            alike.setdefault(self._unseen(variable, maker), []).append(maker)
        return [
            f"{capital(self._say.everyone(makers))} {agree(makers, 'choose')} {lacks}."
            for lacks, makers in alike.items()
            if lacks
        ]

    def _unseen(self, variable: Variable, by: str) -> str:
        """What a mover has not seen of what comes before, his own rounds of it left out."""
        before = [v for v in self._scope.variables.values() if v.order < variable.order]
        turns = [r for r in range(1, len(variable.by) + 1) if variable.maker(r) == by]
        hidden = []
        for v in before:
            rounds = turns if v.block is not None and v.block == variable.block else [None]
            if not all(by in v.seen(r) for r in rounds):
                hidden.append(v)
        half = [v for v in hidden if by in v.noticed_by]
        unseen = [v for v in hidden if v not in half]
        parts = []
        if unseen:
            parts.append(f"without knowing {self._named(unseen)}")
        if half:
            parts.append(f"knowing of {self._named(half)} only whether it is made")
        return " and ".join(parts)

    def _named(self, variables: list[Variable]) -> str:
        return listed((self._say.variable(syntax.Name(v.id)) for v in variables), "or")


def agree(who: list[str], verb: str) -> str:
    """The verb with as many subjects as there are."""
    return f"{verb}s" if len(who) == 1 else verb
