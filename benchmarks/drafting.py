"""How well the drafting rules find speech, speakers, second-hand reports and claims; and how fast.

    python benchmarks/drafting.py [--split train|dev] [--show N]

The German measures need the quotations that lie beside the project (``../shared/data/quotations``;
Petersen-Frey and Biemann, LREC-COLING 2024; only measured on, never shipped). The English
sentences and the articles are the project's own (``tests/drafting``). The rules were tuned on
``train``; ``dev`` was looked at seldom.

A quotation is *nested* in the data where it lies within another: most often words that somebody
uses, quoted within a report of what he said, else what another said. A report that *laut* opens
is seldom marked so, though it names two: *laut X warnte Y*.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import lackmus
from beside import loops
from lackmus.case.syntax import Source
from lackmus.drafting.article import Article
from lackmus.drafting.draft import draft
from lackmus.drafting.folder import FORMS
from lackmus.drafting.lexicon import lexicon
from lackmus.drafting.speakers import Mention
from lackmus.drafting.speech import Report
from lackmus.drafting.voices import voices

ROOT = Path(__file__).resolve().parents[1]
QUOTATIONS = ROOT.parent / "shared/data/quotations"
SEED = ROOT.parent / "shared/sources/portnikov-2025-08-10.txt"
sys.path.insert(0, str(ROOT / "tests/drafting"))
import test_articles  # noqa: E402 - known answers, which the tests hold the rules to
import test_english  # noqa: E402
import test_seed  # noqa: E402

GERMAN = lexicon("de")
#: Characters that two ranges must share, so that a full stop alone is no overlap.
_SHARED = 2

Voice = tuple[Report, Mention | None, Mention | None]


def articles(split: str) -> Iterator[dict[str, Any]]:
    with gzip.open(QUOTATIONS / f"{split}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return min(a[1], b[1]) - max(a[0], b[0])


def spans(quotation: dict[str, Any]) -> list[tuple[int, int]]:
    return [(s["charBegin"], s["charEnd"]) for s in quotation["quote"]["spans"]]


def ratio(part: int, whole: int) -> str:
    return f"{part / whole:.3f} ({part:,} of {whole:,})" if whole else "–"


def head(text: str) -> set[str]:
    """The capitals of a speaker before his apposition; all words where there are none."""
    words = re.findall(r"[\w-]+", text.split(",")[0])
    return {word for word in words if word[0].isupper()} or set(words)


def german(split: str, show: int) -> None:
    """Sentence detection, speakers of quotations found, quotations within quotations."""
    table: Counter[tuple[bool, bool]] = Counter()
    rules: dict[str, Counter[bool]] = defaultdict(Counter)
    speakers: Counter[str] = Counter()
    by_rule: dict[str, Counter[str]] = defaultdict(Counter)
    nested: Counter[tuple[str, str]] = Counter()
    chains: Counter[str] = Counter()
    missed: list[str] = []
    for data in articles(split):
        article = Article(data["originalText"], GERMAN.abbreviations)
        found = list(voices(article, GERMAN))
        places = [
            (article.sentences[r.sentence].start, article.sentences[r.sentence].end)
            for r, _, _ in found
        ]
        sentences(data, found, places, table, rules)
        for quotation in data["annotations"]:
            if not quotation["isNested"] and quotation["speaker"]["text"]:
                missed += speaker(quotation, found, places, speakers, by_rule)
        second_hand(data, found, places, nested, chains)
    true, false = table[True, True], table[True, False]
    print(f"German, {split}: does a sentence report speech?")
    print(
        f"  precision {ratio(true, true + false)}, recall {ratio(true, true + table[False, True])}"
    )
    confusion(table)
    print(f"  {'rule':20}{'right':>7}{'wrong':>7}{'speakers':>10}{'exact':>8}{'head':>8}")
    for rule, counts in sorted(rules.items(), key=lambda item: -item[1].total()):
        own = by_rule[rule]
        print(
            f"  {rule:20}{counts[True]:>7,}{counts[False]:>7,}{own['all']:>10,}"
            f"{own['exact'] / max(1, own['all']):>8.2f}{own['head'] / max(1, own['all']):>8.2f}"
        )
    print("Who speaks, of the quotations found")
    print(f"  exact {ratio(speakers['exact'], speakers['all'])}")
    print(f"  head  {ratio(speakers['head'], speakers['all'])}")
    for kind, name in (
        ("quoted", "Words quoted within a report, for the data's nested quotations"),
        ("either", "A report within a report: words quoted in it, or a second speaker told"),
    ):
        print(f"{name}; of sentences found")
        print(f"  precision {ratio(nested[kind, 'true'], nested[kind, 'found'])}")
        print(f"  recall    {ratio(nested[kind, 'true'], nested['all', ''])}")
    print("Two different speakers in a nested quotation; of sentences found")
    print(f"  precision {ratio(chains['true'], chains['found'])}")
    print(f"  recall    {ratio(chains['true'], chains['all'])}")
    for line in random.Random(0).sample(missed, min(show, len(missed))):  # noqa: S311 - a sample
        print("   ", line)


def sentences(
    data: dict[str, Any],
    found: Sequence[Voice],
    places: Sequence[tuple[int, int]],
    table: Counter[tuple[bool, bool]],
    rules: dict[str, Counter[bool]],
) -> None:
    """Adds an article's sentences to the table of found against true."""
    quoted = [place for quotation in data["annotations"] for place in spans(quotation)]
    for sentence in data["sentences"]:
        own = (sentence["charBegin"], sentence["charEnd"])
        reports = any(overlap(own, place) > _SHARED for place in quoted)
        hits = [
            voice[0].rule
            for voice, place in zip(found, places, strict=True)
            if overlap(own, place) > max(_SHARED, 0.5 * min(own[1] - own[0], place[1] - place[0]))
        ]
        table[bool(hits), reports] += 1
        for rule in hits:
            rules[rule][reports] += 1


def speaker(
    quotation: dict[str, Any],
    found: Sequence[Voice],
    places: Sequence[tuple[int, int]],
    counts: Counter[str],
    by_rule: dict[str, Counter[str]],
) -> list[str]:
    """Judges who is said to speak in the first sentence of a quotation that was found."""
    hits = [
        voice
        for voice, place in zip(found, places, strict=True)
        if any(overlap(place, span) > _SHARED for span in spans(quotation))
    ]
    if not hits:
        return []
    report, who, _ = hits[0]
    told, true = who.text.strip(" ,.") if who else "", quotation["speaker"]["text"].strip(" ,.")
    exact = told == true
    same = exact or bool(head(told) & head(true))
    for counter in (counts, by_rule[report.rule]):
        counter["all"] += 1
        counter["exact"] += exact
        counter["head"] += same
    return [] if exact else [f"{report.rule}: {told!r} for {true!r}"]


def second_hand(
    data: dict[str, Any],
    found: Sequence[Voice],
    places: Sequence[tuple[int, int]],
    nested: Counter[tuple[str, str]],
    chains: Counter[str],
) -> None:
    """Adds an article's sentences with a report within a report."""
    marked = [q for q in data["annotations"] if q["isNested"]]
    for (report, outer, inner), place in zip(found, places, strict=True):
        here = [q for q in marked if any(overlap(place, span) > _SHARED for span in spans(q))]
        nested["all", ""] += bool(here)
        quotes = bool(report.quotes)
        for kind, told in (("quoted", quotes), ("either", quotes or inner is not None)):
            nested[kind, "found"] += told
            nested[kind, "true"] += told and bool(here)
        true = {
            name
            for quotation in data["annotations"]
            if any(overlap(place, span) > _SHARED for span in spans(quotation))
            for name in (quotation["speaker"]["text"] or "",)
            if head(name)
        }
        apart = any(not head(a) & head(b) for a in true for b in true) and bool(here)
        told = inner is not None and outer is not None
        chains["all"] += apart
        chains["found"] += told
        chains["true"] += told and apart


def english() -> None:
    """The English sentences: found against true, and whether speaker and reporter are right."""
    language = lexicon("en")
    sentences = [(text, True, who) for text, _, *who in test_english.REPORTS]
    sentences += [(text, False, []) for text in test_english.NO_REPORTS]
    table: Counter[tuple[bool, bool]] = Counter()
    speakers: Counter[tuple[bool, bool]] = Counter()
    for text, reports, who in sentences:
        found = next(voices(Article(text, language.abbreviations), language), None)
        table[found is not None, reports] += 1
        if found and reports:
            _, outer, inner = found
            told, by = (
                test_english.name(inner or outer),
                test_english.name(outer if inner else None),
            )
            speakers[bool(who[1]), [told, by] == who] += 1
    print(f"English, {len(sentences)} sentences: does a sentence report speech?")
    confusion(table)
    for chained, kind in ((False, "at first hand"), (True, "at second hand")):
        right, wrong = speakers[chained, True], speakers[chained, False]
        print(f"  speaker and reporter right {kind} {ratio(right, right + wrong)}")


def confusion(table: Counter[tuple[bool, bool]]) -> None:
    print(f"  {'':14}{'reports':>9}{'does not':>10}")
    for found, row in ((True, "found"), (False, "not found")):
        print(f"  {row:14}{table[found, True]:>9,}{table[found, False]:>10,}")


def kinds() -> None:
    """Kinds of claims in the articles: what a reader has in rows, what the rules say in columns."""
    table: Counter[tuple[str, str]] = Counter()
    for name, (_, *lines) in test_articles.expected().items():
        found = {}
        for line in test_articles.lines(test_articles.drafted(name)):
            passage, _, kind, *_ = line.split(" | ")
            found[passage] = kind.strip(" |")
        for line in lines:
            passage, _, kind, *_ = line.split(" | ")
            table[kind.strip(" |"), found.pop(passage, "")] += 1
        table.update(("", kind) for kind in found.values())
    print("Kinds of claims in five articles (rows: a reader; columns: the rules)")
    names = [*FORMS, ""]
    print(f"  {'':18}" + "".join(f"{name.split()[0] if name else 'none':>16}" for name in names))
    for row in names:
        cells = "".join(f"{table[row, column]:>16}" for column in names)
        print(f"  {row or 'none':18}{cells}")
    right = sum(table[name, name] for name in FORMS)
    print(f"  precision {ratio(right, sum(n for (_, told), n in table.items() if told))}")
    print(f"  recall    {ratio(right, sum(n for (true, _), n in table.items() if true))}")


def seed() -> None:
    """The first case's source against the case."""
    made = test_seed.drafted(SEED)
    case = lackmus.load("alaska-2025")
    for name, found in (
        ("statements", test_seed.statements_found(made, case)),
        ("claims, of their kind", test_seed.claims_found(made, case)),
    ):
        print(f"  {name:22} {sum(found)} of {len(found)}")
    days = ", ".join(str(dated.when.date or "open") for dated in made.dates)
    print(f"  {'days':22} {days}")
    print(f"  {'actors':22} {', '.join(actor.id for actor in made.actors)}")


def speed() -> None:
    """A text of one megabyte, of sentences of the project's own articles."""
    text = "\n\n".join(
        path.read_text("utf-8")
        for path in sorted((ROOT / "tests/drafting/articles").glob("*.*.txt"))
    )
    text = (text + "\n\n") * (1_000_000 // max(1, len(text)) + 1)
    for name, sample in (
        ("articles", text[:1_000_000]),
        ("one word", "wort " * 200_000),
        ("opening marks", "„" * 1_000_000),
        ("speakers", "Laut X warnte Y, dass Z bleibt. " * 32_000),
        ("no full stop", "laut sagte er, dass " * 50_000),
    ):
        for language in ("de", "en"):
            start = time.process_time()
            draft(sample, Source("memo", language=language))
            seconds = time.process_time() - start
            print(f"  {name:14} {language}  {len(sample) / 1e6:.1f} M characters  {seconds:6.2f} s"
                  f"  {loops(seconds):>14}")  # fmt: skip


def main(arguments: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--split", choices=("train", "dev"), action="append")
    parser.add_argument("--show", type=int, default=0, help="errors of speakers to print")
    options = parser.parse_args(arguments)
    if QUOTATIONS.is_dir():
        for split in options.split or ("train", "dev"):
            german(split, options.show)
            print()
    else:
        print("the German quotations are not beside the project: left out\n")
    english()
    print()
    kinds()
    print()
    if SEED.exists():
        print("The first case's source")
        seed()
        print()
    print("Speed, in processor time")
    speed()


if __name__ == "__main__":
    main(sys.argv[1:])
