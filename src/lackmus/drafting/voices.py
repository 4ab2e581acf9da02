"""Who speaks where, in either language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from lackmus.drafting.article import Article
from lackmus.drafting.english import English
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.speakers import Mention, Speakers
from lackmus.drafting.speech import Report, reports


def voices(
    article: Article, lexicon: Lexicon, most: int | None = None
) -> Iterator[tuple[Report, Mention | None, Mention | None]]:
    """The sentences that report, in order: the report, who speaks, whom he in turn reports.

    Args:
        article: The text.
        lexicon: What the rules of its language know.
        most: Reports of which it is asked who speaks; behind them nobody need be named.
    """
    if lexicon.language == "en":
        yield from English(article, lexicon).found()
        return
    found = reports(article, lexicon)
    speakers = Speakers(article, lexicon, found)
    for report in found[:most]:
        outer = speakers.of(report)
        chain = speakers.second_hand(report, outer)
        names = [mention for mention in (outer, *(chain or ())) if mention is not None]
        yield _without_names(report, names), *(chain or (outer, None))
    if most is not None:
        yield from ((report, None, None) for report in found[most:])


def _without_names(report: Report, names: Sequence[Mention]) -> Report:
    """A report without the quotations that are part of a speaker's name."""
    words = tuple(
        (start, end)
        for start, end in report.quotes
        if not any(name.start <= start and end <= name.end for name in names)
    )
    return report if words == report.quotes else replace(report, quotes=words)
