"""Who speaks where, in either language."""

from __future__ import annotations

from collections.abc import Iterator

from lackmus.drafting.article import Article
from lackmus.drafting.english import English
from lackmus.drafting.lexicon import Lexicon
from lackmus.drafting.speakers import Mention, Speakers
from lackmus.drafting.speech import Report, reports


def voices(
    article: Article, lexicon: Lexicon
) -> Iterator[tuple[Report, Mention | None, Mention | None]]:
    """The sentences that report, in order: the report, who speaks, whom he in turn reports."""
    if lexicon.language == "en":
        yield from English(article, lexicon).found()
        return
    speakers = Speakers(article, lexicon)
    for report in reports(article, lexicon):
        outer = speakers.of(report)
        yield report, outer, speakers.second_hand(report, outer)
