"""A link to what is supposed of a case of the library: the case's name in it, read with care.

What the page writes into a link stands behind ``link=`` in the fragment of an address: a version, a
full stop, and JSON, deflated and in base64 for addresses. The page alone reads the rest of it; here
the name of the case is read, so that ``lackmus work LINK`` knows what to open. A link never has the
token of the server that it was made with.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import Final

from lackmus.foundation.errors import UsageError

_VERSION: Final = "1"

#: Characters of the longest link.
_LONGEST: Final = 8_000

#: Bytes of the longest content: what is small may unfold into much.
_LARGEST: Final = 200_000

_LINK: Final = re.compile(r"(?:https?://[^#]*)?#(?:[^&]*&)?link=(.*)\Z", re.DOTALL)


def content_of(address: str) -> str | None:
    """What stands behind ``link=`` in an address; None where it is no link."""
    found = _LINK.match(address.strip())
    return found[1] if found else None


def case_of(content: str) -> str:
    """The name of the case that a link is about.

    Args:
        content: What stands behind ``link=``.

    Raises:
        UsageError: It cannot be read.
    """
    version, _, packed = content.partition(".")
    if version != _VERSION or not packed:
        raise UsageError(
            "the link is of another version of Lackmus, or is no link of the workbench",
            hint="copy it whole, and bring Lackmus up to date",
        )
    cut = UsageError("the link cannot be read", hint="copy it whole, from '#' to its end")
    if len(content) > _LONGEST:
        raise UsageError(f"a link of {len(content):,} characters; {_LONGEST:,} is the limit")
    try:
        raw = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_", validate=True)
        unfolding = zlib.decompressobj(-zlib.MAX_WBITS)
        text = unfolding.decompress(raw, _LARGEST)
        kept = json.loads(text) if unfolding.eof else None
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise cut from None
    name = kept.get("case") if isinstance(kept, dict) else None
    if not isinstance(name, str) or not re.fullmatch(r"[a-z0-9-]{1,80}", name):
        raise cut
    return name
