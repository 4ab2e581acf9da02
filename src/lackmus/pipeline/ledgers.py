"""A ledger of forecasts: entered from a case, resolved by its record or by hand, and scored."""

from __future__ import annotations

import datetime
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from lackmus.case import syntax
from lackmus.case.text import expression_text
from lackmus.foundation.display import Card, Shown
from lackmus.foundation.errors import UsageError
from lackmus.ledger.board import Board, board
from lackmus.ledger.chain import Entry, check_ledger, extend, read, today, whole
from lackmus.ledger.questions import Question, entered, is_late, last_of, questions, resolved
from lackmus.pipeline.forecasts import Decided, Forecast, Forecasts, decided, digest_of, entry_of

#: Digits of a digest that are shown.
_DIGITS: Final = 12


@dataclass(frozen=True, slots=True)
class Ledger(Shown):
    """Forecasts kept in a file, to be resolved and scored.

    The file has a line of JSON an entry, for any number of cases. It is only ever added to, and
    each line carries the hash of the one above.

    Attributes:
        path: The file; it is made with the first entry.
    """

    path: Path | str

    def card(self) -> Card:
        """How many entries the file has, and the latest of them.

        Raises:
            InputError: The file is no ledger.
        """
        return read(self._path).card()

    @property
    def questions(self) -> tuple[Question, ...]:
        """What was forecast, each with its revisions and what became of it.

        Raises:
            InputError: The file is broken, or is no ledger.
        """
        return questions(self._entries if self._path.exists() else ())

    def enter(
        self, forecasts: Forecasts, *, on: datetime.date | str = "", reason: str = ""
    ) -> tuple[Entry, ...]:
        """Enters forecasts; those that stand there unchanged are left out.

        What other draws of the same case make of a forecast, within Monte Carlo error, is no other
        one; with a reason it is a revision. A warning says where the case reads otherwise than when
        its last forecasts were entered.

        Args:
            forecasts: What `lackmus.forecast` made.
            on: The day; by default today.
            reason: Why a forecast is revised; needed where one stands there with other figures, or
                where a case of that name stands there with another title.

        Returns:
            The entries made.

        Raises:
            InputError: The file is broken, a revision has no reason, another case of that name
                stands there, or a day comes before one that stands there.
            UnfinishedError: Nothing could be written; what stood there stands.
        """
        day = day_of(on)
        _refuse_what_knows_more(forecasts, day)
        made = [entry_of(one, forecasts) for one in forecasts]
        for one, entry in zip(forecasts, made, strict=True):
            entry["late"] = is_late(day, entry["resolves"], _decided_on(one))

        def new(entries: Sequence[Entry]) -> Sequence[Entry]:
            self._compare(entries, forecasts.case, forecasts.digest, reason, "--reason TEXT")
            return entered(entries, made, day, reason)

        return extend(self._path, new)

    def resolve(
        self, name: str, outcome: str, *, on: datetime.date | str = "", note: str = ""
    ) -> Entry:
        """Resolves a question by hand.

        Args:
            name: Its id, as ``alaska-2025/c01_no_agreement_signed``.
            outcome: yes, no, ambiguous or annulled.
            on: The day; by default today.
            note: What it rests on.

        Returns:
            The entry made.

        Raises:
            InputError: There is no such question or outcome, there is no note, or the file is
                broken.
            UnfinishedError: Nothing could be written; what stood there stands.
        """
        day = day_of(on)

        def new(entries: Sequence[Entry]) -> Sequence[Entry]:
            return [resolved(entries, name, outcome, day, how="by hand", note=note)]

        check_ledger(self._path)
        return extend(self._path, new)[0]

    def resolve_by_record(
        self,
        case: syntax.Case,
        observations: Sequence[syntax.Observation] | None = None,
        *,
        on: datetime.date | str = "",
        note: str = "",
    ) -> tuple[Entry, ...]:
        """Resolves what a record decides of the open questions of a case.

        Args:
            case: The case.
            observations: The record; by default the case's own.
            on: The day; by default today.
            note: What is to be added to each; needed where the title is not that of the forecasts.

        Returns:
            The entries made; none where the record leaves all open.

        Raises:
            InputError: The ledger has no forecast of the case, or has one of another case of that
                name, an event reads otherwise now than when it was forecast, the record is
                impossible or later than the day, or the file is broken.
            UnfinishedError: Nothing could be written; what stood there stands.
        """
        check_ledger(self._path)
        seen = case.observations if observations is None else observations
        made = decided(case, seen)

        def new(entries: Sequence[Entry]) -> Sequence[Entry]:
            return self._resolutions(entries, case, made, day_of(on), note)

        return extend(self._path, new)

    def _resolutions(
        self,
        entries: Sequence[Entry],
        case: syntax.Case,
        made: Mapping[str, tuple[Decided | None, syntax.Observation | None]],
        day: str,
        note: str,
    ) -> list[dict[str, Any]]:
        """What a record makes of the open questions of a case."""
        own = {q.id: q for q in questions(entries) if q.id.startswith(f"{case.name}/")}
        if not own:
            raise UsageError(f"{self.path} has no forecast of {case.name}")
        self._compare(entries, case, digest_of(case), note, "--note TEXT; or resolve it by hand")
        resolutions = []
        for claim, (outcome, by) in made.items():
            question = own.get(f"{case.name}/{claim}")
            if question is None or question.resolution or outcome is None or by is None:
                continue
            _refuse_other_event(case, claim, question)
            if by.date and by.date.isoformat() > day:
                message = f"what decides {question.id} was seen on {by.date}, after {day}"
                raise UsageError(message, hint=f"resolve it on that day or later: --on {by.date}")
            when = f"{by.date}: " if by.date else ""
            rests_on = f"{when}{expression_text(by.saw)}" + (f"; {note}" if note else "")
            resolutions.append(
                resolved(entries, question.id, outcome, day, how="by the record", note=rests_on)
            )
        return resolutions

    def score(self, seed: int = 0) -> Board:
        """Scores of the model and of each speaker.

        Args:
            seed: Seed of the bootstrap intervals and of the consistency band.

        Raises:
            InputError: There is no ledger, or it is broken.
        """
        return board(questions(self._entries), seed)

    def verify(self) -> tuple[int, str]:
        """The number of entries of a ledger whose chain is whole, and the hash of the last.

        Lines cut off at the end leave the chain whole: whoever notes the hash elsewhere sees that.

        Raises:
            InputError: All that is wrong with it, or there is none.
        """
        kept = whole(self._path)
        return len(kept.entries), kept.last

    def _compare(
        self, entries: Sequence[Entry], case: syntax.Case, digest: str, said: str, how: str
    ) -> None:
        """Refuses another case of the same name, unless `said` says why; warns of another text."""
        last = last_of(entries, case.name)
        if last is None or "title" not in last:
            return
        if last["title"] != case.title:
            if not said:
                raise UsageError(
                    f"{self.path} has forecasts of '{case.name}' under the title "
                    f"'{last['title']}'; this case is called '{case.title}'",
                    hint="give another case's file or folder another name; if it is the same case, "
                    f"say so: {how}",
                )
        elif (known := last.get("digest", digest)) != digest:
            was, now = (text[:_DIGITS] for text in (known, digest))
            warnings.warn(
                f"the case '{case.name}' reads otherwise than on {last['on']}, when its forecasts "
                f"were entered: its digest was {was} and is {now}. What it forecasts otherwise now "
                "is entered with a reason; where events mean something else, resolve them by hand",
                stacklevel=5,
            )

    @property
    def _path(self) -> Path:
        return Path(self.path)

    @property
    def _entries(self) -> tuple[Entry, ...]:
        return whole(self._path).entries


def _decided_on(forecast: Forecast) -> str:
    """The day on which the record decides what a forecast is about; empty where it tells none."""
    seen = forecast.decided_by
    return seen.date.isoformat() if seen is not None and seen.date is not None else ""


def _refuse_what_knows_more(forecasts: Forecasts, day: str) -> None:
    """Refuse forecasts that know what was seen on their day, or later."""
    late = [
        one.claim.id
        for one in forecasts
        if any(seen.date and seen.date.isoformat() >= day for seen in one.given)
    ]
    if late:
        raise UsageError(
            f"what is known for {', '.join(late)} was seen on {day} or later",
            hint=f"make the forecast of that day: lackmus.forecast(case, on='{day}')",
        )


def day_of(told: datetime.date | str) -> str:
    """A day as a ledger writes it; today where nothing is told.

    Raises:
        UsageError: The text is no day.
    """
    if not told:
        return today()
    try:
        return datetime.date.fromisoformat(str(told)).isoformat()
    except ValueError:
        raise UsageError(f"'{told}' is no day", hint="write it as 2025-08-10") from None


def _refuse_other_event(case: syntax.Case, claim: str, question: Question) -> None:
    """Raises where the event of a claim is not the one that was forecast."""
    now = next(one for one in case.claims if one.id == claim)
    for key, told in (("resolves_if", now.resolves_if), ("annulled_unless", now.annulled_unless)):
        text = "" if told is None else expression_text(told)
        kept: Any = question.forecasts[-1].get(key, text)
        if kept != text:
            raise UsageError(
                f"{question.id} was forecast with {key.replace('_', ' ')}: {kept or 'nothing'}; "
                f"the case now has: {text or 'nothing'}",
                hint="enter the forecast anew with a reason, or resolve it by hand: --id",
            )
