"""The words that rules look for, by language."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

#: How much a verb needs beside it to be speech: nothing, a clause, a whole quotation.
Strength = Literal["act", "clause", "weak"]

_UNSTRESSED = ("be", "ver", "er", "ent", "miss", "wider", "unter", "wieder", "emp", "ge", "über")


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of speech as one of its forms shows it.

    Attributes:
        verb: Its infinitive.
        strength: What must stand beside it.
        particle: What must follow in the same clause where the verb is parted; else empty.
    """

    verb: str
    strength: Strength
    particle: str = ""


@dataclass(frozen=True)
class Lexicon:
    """What the rules of one language know.

    Attributes:
        language: ``de`` or ``en``.
        finite: Cues by finite form.
        participles: Cues by past participle.
        subjunctive: Forms that mark a report by themselves.
        words: Sets of words by what they are for, each in lower case unless nouns.
        abbreviations: Words whose full stop ends no sentence.
        markers: By kind of claim its markers: a name, and the pattern by which it is found.
        states: By the capital's name the beginnings of words that speak of a state.
    """

    language: str
    finite: Mapping[str, tuple[Cue, ...]]
    participles: Mapping[str, tuple[Cue, ...]]
    subjunctive: frozenset[str]
    words: Mapping[str, frozenset[str]]
    abbreviations: frozenset[str]
    markers: Mapping[str, tuple[tuple[str, re.Pattern[str]], ...]]
    states: Mapping[str, re.Pattern[str]]


@cache
def lexicon(language: str) -> Lexicon:
    """The lexicon of a language; KeyError where there is none."""
    name = {"de": "de.toml", "en": "en.toml"}[language]
    text = resources.files("lackmus.drafting").joinpath("lexica", name).read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    finite: dict[str, list[Cue]] = {}
    participles: dict[str, list[Cue]] = {}
    inflect = _german if language == "de" else _english
    for strength, lists in data["verbs"].items():
        for verb, forms in _entries(lists):
            inflect(verb, forms, strength, finite, participles)
    return Lexicon(
        language,
        {form: tuple(cues) for form, cues in finite.items()},
        {form: tuple(cues) for form, cues in participles.items()},
        _subjunctive(data.get("subjunctive", {})),
        {kind: frozenset(text.split()) for kind, text in data["words"].items()},
        frozenset(data["abbreviations"]["words"].split()),
        {
            kind: tuple((name, re.compile(p, re.IGNORECASE)) for name, p in patterns.items())
            for kind, patterns in data["markers"].items()
        },
        {
            capital: re.compile(rf"\b(?:{'|'.join(starts.split())})")
            for capital, starts in data["states"].items()
        },
    )


def _entries(lists: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each verb with its three forms, or none where it is regular."""
    for verb in lists.get("weak", "").split():
        yield verb, ()
    for line in lists.get("strong", "").strip().splitlines():
        regular, _, forms = line.rpartition(":") if ":" in line else (line, "", "")
        *plain, last = regular.split()
        for verb in plain:
            yield verb, ()
        yield last, tuple(forms.split())


def _subjunctive(part: Mapping[str, str]) -> frozenset[str]:
    made = {re.sub(r"e?n$", "e", verb) for verb in part.get("infinitives", "").split()}
    return frozenset(
        (made | set(part.get("always", "").split())) - set(part.get("never", "").split())
    )


def _german(
    entry: str,
    forms: tuple[str, ...],
    strength: Strength,
    finite: dict[str, list[Cue]],
    participles: dict[str, list[Cue]],
) -> None:
    particle, _, stem = entry.rpartition("|")
    verb = particle + stem
    present, past, participle = forms or _weak(particle, stem)
    plural = past + "n" if past.endswith("e") else past + "en"
    for form in dict.fromkeys((present, past, stem, plural)):
        if particle:
            finite.setdefault(form, []).append(Cue(verb, strength, particle))
            finite.setdefault(particle + form, []).append(Cue(verb, strength))
        else:
            finite.setdefault(form, []).append(Cue(verb, strength))
    participles.setdefault(participle, []).append(Cue(verb, strength))


def _weak(particle: str, verb: str) -> tuple[str, str, str]:
    stem = re.sub(r"e?n$", "", verb)
    link = "e" if stem.endswith(("t", "d", "chn", "gn")) else ""
    plain = verb.startswith(_UNSTRESSED) or verb.endswith("ieren")
    participle = particle + ("" if plain else "ge") + stem + link + "t"
    return f"{stem}{link}t", f"{stem}{link}te", participle


def _english(
    verb: str,
    forms: tuple[str, ...],
    strength: Strength,
    finite: dict[str, list[Cue]],
    participles: dict[str, list[Cue]],
) -> None:
    present, past, participle = forms or _regular(verb)
    for form in dict.fromkeys((present, past, verb)):
        finite.setdefault(form, []).append(Cue(verb, strength))
    participles.setdefault(participle, []).append(Cue(verb, strength))


def _regular(verb: str) -> tuple[str, str, str]:
    if verb.endswith(("s", "sh", "ch", "x")):
        present = verb + "es"
    else:
        present = verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"
    past = verb + "d" if verb.endswith("e") else re.sub(r"([^aeiou])y$", r"\1i", verb) + "ed"
    return present, past, past
