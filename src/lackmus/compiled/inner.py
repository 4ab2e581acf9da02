"""A kernel that only kernels call is compiled halfway: its callers make its machine code.

numba optimizes every function on its own, with all that it calls, and makes machine code of it,
even where that is never run; a kernel ten calls deep is optimized ten times so. Here that is done
once, by the kernel with a door to Python, on all that it calls. What is computed stays the same.
"""

from __future__ import annotations

from typing import Any

from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler


class Inner(Compiler):
    """numba's compiler for a kernel that only kernels call."""

    def __init__(self, typing: Any, target: Any, _: object, *rest: Any) -> None:  # noqa: ANN401 - numba's
        library = _Linked(target.codegen(), f"inner {id(self)}")  # type: ignore[no-untyped-call]
        super().__init__(typing, target, library, *rest)  # type: ignore[no-untyped-call]


class _Linked(JITCodeLibrary):
    """Code that is there to be linked with other code, and is not run by itself."""

    def finalize(self) -> None:
        """Link what is called; the rest of what numba does here is for those who link this."""
        for library in dict.fromkeys(self._linking_libraries):
            self._reload_init.update(library._reload_init)  # noqa: SLF001 - as its base does
            self._final_module.link_in(library._get_module_for_linking(), preserve=True)  # noqa: SLF001
        self._finalized = True

    def get_pointer_to_function(self, _: str) -> int:
        """0, which is numba's own word for code that is not there."""
        self._ensure_finalized()  # type: ignore[no-untyped-call]
        return 0

    @property
    def codegen(self) -> _Linked:
        """Who is told where the interpreter's constants are: nobody, since there are none."""
        return self

    def set_env(self, name: str, env: object) -> None:
        """Take no notice of the interpreter's constants."""
