"""Shares and signs as they are printed, in a terminal, a notebook and a report alike."""

from __future__ import annotations

import re
from typing import Final

from lackmus.foundation.tolerances import FOLLOWS

MINUS: Final = "\N{MINUS SIGN}"
THIN: Final = "\N{NARROW NO-BREAK SPACE}"
DASH: Final = "\N{EN DASH}"


def payoff(value: float) -> str:
    """A payoff to six figures; one of millions in full, parted into thousands.

    >>> payoff(3.187914), payoff(-0.25), payoff(8e6 / 3), payoff(2e15)
    ('3.18791', '−0.25', '2,666,667', '2e15')
    >>> payoff(999_999.7), payoff(-2e-7), payoff(-0.0)
    ('1,000,000', '−2e−7', '0')
    """
    rounded = float(f"{value:.6g}")
    if 10**6 <= abs(rounded) < 10**15:
        return f"{value:,.0f}".replace("-", MINUS)
    # A zero has no sign, and a power of ten no zeros in front of it.
    text = re.sub(r"e\+?(-?)0*", r"e\1", f"{rounded + 0.0:.6g}")
    return text.replace("-", MINUS)


def change(value: float, form: str) -> str:
    """A difference with its sign, in a form such as ``.3f``; one that is rounded away has none.

    >>> change(0.0201, ".3f"), change(-0.25, ".4g"), change(-0.0004, ".3f")
    ('+0.020', '−0.25', '0.000')
    """
    text = f"{value:+{form}}"
    return text[1:] if float(text) == 0.0 else text.replace("-", MINUS)


def percent(share: float, *, fine: bool = False) -> str:
    r"""A share of one in per cent; never 0 or 100 unless it is exactly that.

    >>> percent(0.8225), percent(1.0), percent(0.9999999), percent(1e-5)
    ('82\u202f%', '100\u202f%', '>99.9\u202f%', '<0.1\u202f%')

    Nor does it round across what parts one verdict from another.

    >>> percent(0.946), percent(0.95), percent(0.0512)
    ('94.6\u202f%', '95\u202f%', '5.1\u202f%')

    Args:
        share: From 0 to 1.
        fine: Whether it has a decimal place in any case.
    """
    hundred = 100.0 * share
    if 0 < hundred < 0.1:
        return f"<0.1{THIN}%"
    if 99.9 < hundred < 100:
        return f">99.9{THIN}%"
    near = round(share, 2)
    crosses = (share < FOLLOWS <= near) or (near <= 1 - FOLLOWS < share)
    fine = fine or 0 < hundred < 1 or 99 < hundred < 100 or crosses
    return f"{hundred:.1f}{THIN}%" if fine else f"{hundred:.0f}{THIN}%"


def percents(low: float, high: float) -> str:
    r"""An interval of shares.

    >>> percents(0.782, 0.857)
    '78–86\u202f%'

    Ends that differ are not written alike.

    >>> percents(0.0012, 0.0041), percents(1.0, 1.0)
    ('0.1–0.4\u202f%', '100–100\u202f%')
    """
    digits = 1 if low != high and f"{100 * low:.0f}" == f"{100 * high:.0f}" else 0
    return f"{100 * low:.{digits}f}{DASH}{100 * high:.{digits}f}{THIN}%"
