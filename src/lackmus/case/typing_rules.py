"""What kind of expression may stand where, and what it may speak of there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from lackmus.case import syntax
from lackmus.case.fields import ZERO, Faults, closest, constant, place_of
from lackmus.case.scope import Scope, Variable, spoken, unknown
from lackmus.case.text import expression_text, rounded
from lackmus.foundation.counting import counted, noun
from lackmus.foundation.spans import Span

#: A place in the order of moves behind the last.
AFTER = 1 << 30
MOST_ROUNDS = 1_000

_BEFORE = "it may speak only of what comes before"


@dataclass(frozen=True, slots=True)
class Here:
    """Where an expression stands.

    Attributes:
        order: It may speak of variables settled before this place.
        block: The rounds block it stands in, or None.
        what: The place in words.
        assumptions: Whether it may use assumptions; the structure of a game may not.
        queries: Whether it may ask for probabilities and the like.
    """

    order: int
    block: str | None
    what: str
    assumptions: bool = False
    queries: bool = False


def most_rounds(block: syntax.Rounds, scope: Scope) -> Fraction | None:
    """How many rounds there can be; None where that is not known."""
    if isinstance(block.count, syntax.Name) and block.count.id in scope.assumptions:
        return scope.assumptions[block.count.id].distribution.high
    return constant(block.count)


class Typing:
    """Checks expressions and records faults."""

    def __init__(self, scope: Scope, faults: Faults) -> None:
        self._scope = scope
        self._faults = faults

    # --- entry points ---

    def condition(self, expression: syntax.Expr, here: Here, observer: str | None = None) -> None:
        """Checks that an expression is true or false."""
        if here.queries and self._of_one_history(expression):
            message = f"this differs from history to history: {here.what} has no one answer"
            hint = "ask for its probability: P(answer = refuse) > 0.5"
            self._faults.add("type", message, expression.span, hint)
            return
        match expression:
            case syntax.Binary("and" | "or", left, right):
                self.condition(left, here, observer)
                self.condition(right, here, observer)
            case syntax.Unary("not", operand):
                self.condition(operand, here, observer)
            case syntax.Compare():
                self._compare(expression, here, observer)
            case syntax.Member() | syntax.Has():
                self._one_of(expression, here)
            case syntax.Call("ever" | "made", arguments):
                self._round_function(expression, arguments, here)
            case syntax.IfElse(then, condition, otherwise):
                for part in (then, condition, otherwise):
                    self.condition(part, here, observer)
            case syntax.Occurs(event, meaning):
                self._event(event, meaning, here)
            case _:
                self._no_condition(expression, here)

    def _of_one_history(self, expression: syntax.Expr) -> bool:
        match expression:
            case syntax.Member() | syntax.Has() | syntax.Call("ever" | "made"):
                return True
            case syntax.Occurs(_, meaning):
                return self._of_one_history(meaning)
            case syntax.Compare((syntax.Name(id=name), *_)):
                return name in self._scope.variables
            case _:
                return False

    def _event(self, event: str, meaning: syntax.Expr, here: Here) -> None:
        """Checks that what an event stands for may stand here."""
        if event in self._scope.senseless:
            return
        before = len(self._faults.found)
        self.condition(meaning, here)
        told = self._faults.found[before:]
        self._faults.found[before:] = [
            replace(fault, message=f"in event '{event}': {fault.message}") for fault in told
        ]

    def _no_condition(self, expression: syntax.Expr, here: Here) -> None:
        if expression is ZERO:
            return
        hint = "a condition compares: answer = refuse"
        if here.queries:
            hint = "a claim compares: P(answer = refuse) > 0.5"
        span = getattr(expression, "span", None)
        if isinstance(expression, syntax.Name) and not self._scope.taken(expression.id):
            message = f"nothing is called '{expression.id}'"
            self._faults.add("unknown-name", message, span, self._near(expression.id, hint))
        else:
            self._faults.add("type", "a condition is expected here", span, hint)

    def number(self, expression: syntax.Expr, here: Here, observer: str | None = None) -> None:
        """Checks that an expression is a number."""
        match expression:
            case syntax.Number():
                pass
            case syntax.Name():
                self._numeric_name(expression, here)
            case syntax.Unary("-", operand):
                self.number(operand, here, observer)
            case syntax.Binary("+" | "-" | "*" | "/" | "^" as op, left, right):
                self.number(left, here, observer)
                self.number(right, here, observer)
                if op == "/" and constant(right) == 0:
                    self._faults.add("number", "division by zero", expression.span)
            case syntax.IfElse(then, condition, otherwise):
                self.number(then, here, observer)
                self.condition(condition, here, observer)
                self.number(otherwise, here, observer)
            case syntax.Call(function, arguments):
                self._call(expression, function, arguments, here, observer)
            case (
                syntax.Probability()
                | syntax.Expectation()
                | syntax.Worth()
                | syntax.Entropy()
                | syntax.Information()
            ):
                self._query(expression, here, observer)
            case syntax.Best(move) | syntax.Likeliest(move):
                found = self._query(expression, here, observer)
                option = found.options[0] if found is not None else "an option"
                hint = f"compare it with an option, with = or !=, as in '… = {option}'"
                what = f"'{expression_text(expression)}' is an option of '{move}' and no number"
                self._faults.add("type", what, expression.span, hint)
            case _:
                hint = "write '1 if … else 0' to count a condition"
                span = getattr(expression, "span", None)
                self._faults.add("type", "a number is expected here", span, hint)

    # --- parts ---

    def _compare(self, node: syntax.Compare, here: Here, observer: str | None) -> None:
        first = node.operands[0]
        if isinstance(first, syntax.Best | syntax.Likeliest):
            found = self._query(first, here, observer)
            self._label_comparison(node, found)
            return
        if isinstance(first, syntax.Name) and first.id in self._scope.variables:
            found = self.variable(first, here)
            self._label_comparison(node, found, here)
            return
        if isinstance(first, syntax.Name) and not self._scope.taken(first.id):
            self._numeric_name(first, here)
            return
        for operand in node.operands:
            self.number(operand, here, observer)

    def _label_comparison(
        self, node: syntax.Compare, found: Variable | None, here: Here | None = None
    ) -> None:
        second = node.operands[1]
        if len(node.operands) > 2 or node.ops[0] not in ("=", "!="):
            hint = "compare a move with = or != and one option"
            self._faults.add("type", "labels have no order", node.span, hint)
        elif not isinstance(second, syntax.Name):
            span = getattr(second, "span", None)
            options = f"one of {', '.join(found.options)}" if found else ""
            self._faults.add("type", "an option is expected here", span, options)
        elif (
            here is not None
            and second.id in self._scope.variables
            and not (found and second.id in found.options)
        ):
            self.variable(second, here)
        else:
            self._option(found, second)

    def _one_of(self, node: syntax.Member | syntax.Has, here: Here) -> None:
        found = self.variable(node.variable, here)
        if isinstance(node, syntax.Has):
            self._item(found, node.item, node.span)
            return
        for option in node.options:
            self._option(found, option)

    def _item(self, variable: Variable | None, item: str, span: Span | None) -> None:
        known = {name for items in variable.items for name in items} if variable else set()
        if variable is not None and not known:
            hint = "options: {any of: [one, other]} may take several at once"
            self._faults.add("type", f"'{variable.id}' takes one option, not several", span, hint)
        elif variable is not None and item not in known:
            message = f"'{variable.id}' has no item '{item}'"
            self._faults.add("unknown-option", message, span, closest(item, known))

    def _option(self, variable: Variable | None, option: syntax.Name) -> None:
        if variable is not None and str(option) not in variable.options:
            hint = closest(option.id, variable.options)
            message = f"'{variable.id}' has no option '{option}'"
            self._faults.add("unknown-option", message, option.span, hint)

    def variable(self, name: syntax.Name, here: Here) -> Variable | None:
        """The variable of a name, if it may be spoken of here."""
        variable = self._scope.variables.get(name.id)
        add = self._faults.add
        if variable is None:
            hint = closest(name.id, self._scope.variables)
            add("unknown-name", f"no move, aim or fact '{name.id}'", name.span, hint)
            return None
        same_block = here.block is not None and variable.block == here.block
        if name.back and not same_block:
            message = f"'{name.id}' is not repeated here, so it has no previous value"
            add("rounds", message, name.span)
        elif name.index is not None:
            self._index(variable, name, here)
        elif not name.back and variable.order >= here.order:
            hint = _BEFORE
            if same_block:
                hint += f", or of previous({name.id})"
            add("later", f"'{name.id}' is not settled yet in {here.what}", name.span, hint)
        return variable

    def _index(self, variable: Variable, name: syntax.Name, here: Here) -> None:
        block = self._scope.blocks.get(variable.block or "")
        if block is None:
            self._faults.add("rounds", f"'{name.id}' is not repeated", name.span)
        elif here.block != block.name and variable.order >= here.order:
            message, hint = f"'{name}' is not settled yet in {here.what}", _BEFORE
            self._faults.add("later", message, name.span, hint)
        else:
            self._round(block, name)

    def _round(self, block: syntax.Rounds, name: syntax.Name) -> None:
        """Checks that there can be a round of that number."""
        count = most_rounds(block, self._scope)
        if name.index is not None and count is not None and name.index > count:
            message = f"there {noun(int(count), 'is', 'are')} only {counted(int(count), 'round')}"
            self._faults.add("rounds", message, name.span)

    def _numeric_name(self, name: syntax.Name, here: Here) -> None:
        scope, add = self._scope, self._faults.add
        if name.id in scope.assumptions:
            if name.back or name.index is not None:
                add("rounds", f"'{name.id}' is an assumption, the same in all rounds", name.span)
            elif not here.assumptions:
                hint = "let a chance move or a stake depend on it instead"
                message = f"{here.what} may not depend on an assumption: it shapes the game"
                add("structure", message, name.span, hint)
        elif name.id in scope.states or name.id in scope.blocks:
            self._carried(name, here)
        elif name.id in scope.variables:
            hint = f"compare it with an option: {name.id} = {scope.variables[name.id].options[0]}"
            add("type", f"'{name.id}' is not a number", name.span, hint)
        else:
            told = "if it is a number, add it to the assumptions"
            if not here.assumptions and (known := list(scope.variables.values())):
                told = f"a condition compares: {known[-1].id} = {known[-1].options[0]}"
                told = closest(name.id, scope.variables) or told
            hint = self._near(name.id, told)
            add("unknown-name", f"nothing is called '{name.id}'", name.span, hint)

    def _carried(self, name: syntax.Name, here: Here) -> None:
        """A state or a round's number: functions of one history."""
        add = self._faults.add
        block = self._scope.states.get(name.id, name.id)
        if here.queries:
            hint = f"ask for the probability of what it does: P({name} > 1)"
            message = f"'{name}' differs from history to history: {here.what} has no one number"
            add("type", message, name.span, hint)
        elif name.id in self._scope.blocks and (name.back or name.index is not None):
            add("rounds", f"'{name.id}' is the round's number, and has no other", name.span)
        elif name.back and here.block != block:
            message = f"'{name.id}' is not carried on here, so it has no previous value"
            add("rounds", message, name.span)
        elif here.block != block and self._scope.block_end[block] > here.order:
            add("later", f"'{name.id}' has no value yet here", name.span)
        elif name.index is not None:
            self._round(self._scope.blocks[block], name)

    def _near(self, name: str, otherwise: str) -> str:
        """A hint for a name that nothing has; `otherwise` where nothing is called alike."""
        owners = [v.id for v in self._scope.variables.values() if name in v.options]
        if owners:
            return f"it is an option: write {owners[0]} = {name}"
        near = closest(name, self._scope.names())
        found = near.startswith(("did", "one of"))
        return near if found else otherwise

    def _call(
        self,
        node: syntax.Call,
        function: str,
        arguments: tuple[syntax.Expr, ...],
        here: Here,
        observer: str | None,
    ) -> None:
        if function in ("ever", "count", "made", "number"):
            if here.queries:
                message = f"{function}(…) differs from history to history"
                hint = f"ask for a probability: P({function}(…) …) > 0.5"
                self._faults.add("type", message, node.span, hint)
            elif function in ("count", "number"):
                self._round_function(node, arguments, here)
            else:
                hint = f"write '1 if {function}(…) else 0'"
                self._faults.add("type", f"{function}(…) is a condition", node.span, hint)
            return
        wanted = 2 if function in ("min", "max") else 1
        if (len(arguments) < wanted) or (wanted == 1 and len(arguments) > 1):
            takes = "one number" if wanted == 1 else "two numbers or more"
            self._faults.add("type", f"{function} takes {takes}", node.span)
        for argument in arguments:
            self.number(argument, here, observer)

    def _round_function(
        self, node: syntax.Call, arguments: tuple[syntax.Expr, ...], here: Here
    ) -> None:
        argument = arguments[0]
        if node.function == "made":
            self._made(arguments, here, node.span)
            return
        if len(arguments) != 1:
            self._faults.add("type", f"{node.function} takes one argument", node.span)
        if node.function == "number":
            self._number_of(argument, here, node.span)
            return
        names = spoken(argument, self._scope)
        blocks = {block for name in names if (block := self._scope.block_of(name.id))}
        if len(blocks) != 1:
            message = f"{node.function}(…) needs moves of one rounds block"
            self._faults.add("rounds", message, node.span)
            return
        block = blocks.pop()
        order = here.order
        if here.block == block:
            hint = "carry a state, or ask after the block"
            self._faults.add("rounds", f"{node.function}(…) inside its rounds", node.span, hint)
            return
        self.condition(argument, Here(order, block, here.what, here.assumptions))

    def _made(self, arguments: tuple[syntax.Expr, ...], here: Here, span: Span | None) -> None:
        """``made(move)``, or ``made(move, actor)``."""
        add, hint = self._faults.add, "write made(answer), or made(answer, north)"
        if len(arguments) > 2:
            add("type", "made takes a move, and perhaps who made it", span, hint)
        if not isinstance(arguments[0], syntax.Name):
            add("type", "made(…) takes the name of a move", span, hint)
            return
        variable = self.variable(arguments[0], here)
        for actor in arguments[1:2]:
            place = actor.span or span
            if not isinstance(actor, syntax.Name) or str(actor) not in self._scope.actors:
                known = closest(str(actor), self._scope.actors)
                told = "no actor" if isinstance(actor, syntax.Name) else "an actor is expected"
                named = f" '{actor}'" if isinstance(actor, syntax.Name) else " here"
                add("unknown-name", f"{told}{named}", place, known)
            elif variable is not None and str(actor) not in variable.by:
                makers = (
                    f"it is made by {', '.join(variable.by)}" if variable.by else "it is chance"
                )
                add("unknown-name", f"{actor} never makes '{variable.id}'", place, makers)

    def _number_of(self, argument: syntax.Expr, here: Here, span: Span | None) -> None:
        add = self._faults.add
        if not isinstance(argument, syntax.Name):
            add("type", "number(…) takes the name of a move", span, "write number(offer)")
        elif (variable := self.variable(argument, here)) and None in (variable.numbers or (None,)):
            hint = "give each of its options a number: {low: {number: 0.2}, …}"
            add("type", f"not all options of '{variable.id}' have a number", argument.span, hint)

    # --- queries ---

    def _query(self, node: syntax.Query, here: Here, observer: str | None) -> Variable | None:
        if not here.queries:
            hint = "probabilities are asked for in claims only"
            self._faults.add("type", f"{here.what} cannot ask this", node.span, hint)
            return None
        plain = Here(AFTER, None, here.what)
        viewer = self._viewer(node, observer)
        self._given(node.given, plain, viewer)
        match node:
            case syntax.Probability(event):
                self.condition(event, plain)
            case syntax.Expectation(actor):
                if actor not in self._scope.actors:
                    hint, place = closest(actor, self._scope.actors), place_of(node.span, actor)
                    self._faults.add("unknown-name", f"no actor '{actor}'", place, hint)
            case syntax.Best(move) | syntax.Worth(move):
                return self._chosen(node, move, plain)
            case syntax.Likeliest(move):
                return self.variable(move, plain)
            case syntax.Entropy(variable):
                return self.variable(variable, plain)
            case syntax.Information(_, about, of):
                self.variable(about, plain)
                self.variable(of, plain)
                if viewer:
                    self.visible(of, viewer)
        return None

    def _viewer(self, node: syntax.Query, observer: str | None) -> str | None:
        """Through whose eyes a query looks: its own observer's, else the claim's; if known.

        An unknown one of a claim's is told of where the claim names him.
        """
        known = self._scope.viewers
        own = getattr(node, "observer", None)
        if own is not None and own not in known:
            place = place_of(node.span, own)
            self._faults.add("unknown-name", f"no observer '{own}'", place, closest(own, known))
        viewer = own or observer
        return viewer if viewer in known else None

    def _chosen(
        self, node: syntax.Best | syntax.Worth, move: syntax.Name, here: Here
    ) -> Variable | None:
        variable = self.variable(move, here)
        if variable is not None and not variable.by:
            self._faults.add("type", f"nobody chooses '{move}'", move.span, "it is chance")
        elif variable is not None and len(variable.by) > 1 and move.index is None:
            message = f"'{move}' is made by several in turn, whose payoffs are not one number"
            hint = f"say of which round: {move.id}[1]"
            self._faults.add("rounds", message, move.span, hint)
        if isinstance(node, syntax.Worth):
            self._option(variable, node.option)
        return variable

    def _given(self, given: syntax.Given, here: Here, viewer: str | None) -> None:
        if given.condition is not None:
            self.condition(given.condition, here)
            if viewer is not None:
                self.visible(given.condition, viewer)
        told: set[str] = set()
        for change in given.do:
            self._change(change, here)
            target = f"without {change.target}" if change.kind == "without" else str(change.target)
            if target in told:
                message = f"'{change.target}' is changed twice"
                self._faults.add("do", message, change.target.span or change.span, "keep one")
            told.add(target)

    def viewers(self, names: Iterable[str], span: Span | None) -> None:
        """Checks that all these are actors or observers."""
        for name in names:
            if name not in self._scope.viewers:
                hint = closest(name, self._scope.viewers)
                message = f"no actor or observer '{name}'"
                self._faults.add("unknown-name", message, place_of(span, name), hint)

    def visible(self, known: syntax.Expr, viewer: str, span: Span | None = None) -> None:
        """Checks that a viewer can know whether a condition holds, or a variable's value."""
        for name in unknown(known, viewer, self._scope):
            seen = ", ".join(self._scope.variables[name.id].seen(name.index)) or "nobody"
            message = f"{viewer} cannot see '{name}'"
            self._faults.add("unseen", message, name.span or span, f"it is seen by {seen}")

    def number_set(self, change: syntax.Intervention) -> None:
        """An assumption that ``do`` sets: a number that it can have."""
        name, add = change.target.id, self._faults.add
        if not isinstance(change.value, syntax.Number):
            add("type", "a number is expected", change.span)
            return
        value = change.value.value
        counted = [block.count for block in self._scope.blocks.values()]
        counts = any(isinstance(count, syntax.Name) and count.id == name for count in counted)
        if counts and not (value.denominator == 1 and 1 <= value <= MOST_ROUNDS):
            hint = f"a whole number from 1 to {MOST_ROUNDS:,}"
            add("rounds", f"{rounded(value)} is no number of rounds", change.span, hint)
        if name == "precision" and value < 0:
            add("number", "precision cannot be negative", change.span)

    def _change(self, change: syntax.Intervention, here: Here) -> None:
        target = change.target
        if change.kind == "without":
            if target.id not in self._scope.actors:
                hint = closest(target.id, self._scope.actors)
                self._faults.add("unknown-name", f"no actor '{target.id}'", target.span, hint)
            return
        if target.id in self._scope.assumptions and change.kind == "set":
            self.number_set(change)
            return
        variable = self.variable(target, here)
        if change.kind == "set" and variable is not None:
            if isinstance(change.value, syntax.Name):
                self._option(variable, change.value)
            else:
                hint = f"one of {', '.join(variable.options)}"
                self._faults.add("type", "an option is expected", change.span, hint)
        elif variable is not None and variable.kind in ("aim", "fact"):
            message = f"'{target.id}' cannot be taken away"
            self._faults.add("do", message, change.span, "fix it: do(… = …)")
