"""The group of all commands: what typer would decide on its own about interruptions and names."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from typer.core import TyperGroup

from lackmus.cli.outcome import PipeClosed
from lackmus.foundation.errors import UnfinishedError, UsageError


class Commands(TyperGroup):
    """Hands interruptions on, where typer would end with a status of its own."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - typer brings a click without types
        """Run the command asked for.

        Raises:
            UnfinishedError: Ctrl-C.
            PipeClosed: Nobody reads the output any more.
        """
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            raise UnfinishedError("stopped by Ctrl-C before the work was done") from None
        except BrokenPipeError:
            raise PipeClosed from None
        except EOFError as error:
            raise RuntimeError(f"a file ended early: {error}") from error

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 - as above
        """The command of a name; a case in its place is told what can be done with it."""
        name = args[0]
        if self.get_command(ctx, name) is None:
            _hint_at_commands(name)
        return super().resolve_command(ctx, args)


def _hint_at_commands(name: str) -> None:
    """Raise UsageError where the name is that of a case or a game."""
    from lackmus.library.index import cases

    suffix = Path(name).suffix.lower()
    shown = f"'{name}'" if " " in name else name
    if suffix in (".efg", ".nfg"):
        raise UsageError(f"{name} is no command", hint=f"to solve it: lackmus solve {shown}")
    if suffix in (".yaml", ".yml") or any(name == entry.name for entry in cases()):
        hint = (
            f"lackmus check {shown} says what stands in it, lackmus test {shown} tests its claims"
        )
        raise UsageError(f"{name} is no command", hint=hint)
