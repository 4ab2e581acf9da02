"""Errors between processes."""

from __future__ import annotations

import copy
import pickle

import pytest

from lackmus.foundation.errors import CaseError, Fault, FormatError, InputError, UsageError
from lackmus.foundation.spans import Span

SPAN = Span("a.yaml", 1, 8, 9, "title: x")


@pytest.mark.parametrize(
    "error",
    [
        CaseError([Fault("unknown-name", "no 'x'", SPAN, "y"), Fault("empty", "nothing")]),
        FormatError([Fault("format", "no number", SPAN)]),
        UsageError("no such command", hint="try another"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_is_the_same_in_another_process(error: InputError) -> None:
    for there in (pickle.loads(pickle.dumps(error)), copy.copy(error)):  # noqa: S301 - ours
        assert type(there) is type(error)
        assert str(there) == str(error)
        assert there.faults == error.faults
