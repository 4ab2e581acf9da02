"""From an article to a case: what was said, by whom, and where, found by rules.

Text in, a `Draft` out: sentences, reports of speech, dates, candidate claims, each with its place
in the text and the rule that found it; and a case folder written from it, with its gaps marked. No
model is used, and no word of the text is kept but names.
"""
