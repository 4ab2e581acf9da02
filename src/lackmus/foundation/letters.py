"""Bytes to text, in UTF-8 or what the mark at the beginning says; and letters with their marks."""

from __future__ import annotations

import codecs
import unicodedata
from collections.abc import Iterable
from typing import Final

#: Marks and what they say; UTF-32's begin as UTF-16's do.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip


def decoded(data: bytes) -> str:
    r"""The text, without its mark, every end of a line as a newline.

    >>> decoded("ü\r\n".encode()), decoded("ü".encode("utf-16"))
    ('ü\n', 'ü')

    Raises:
        UnicodeDecodeError: It is neither UTF-8 nor what its mark says.
    """
    mark, encoding = next((m for m in _MARKS if data.startswith(m[0])), (b"", "utf-8"))
    text = data[len(mark) :].decode(encoding)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def composed(text: str) -> str:
    """The text, each letter and its marks as one, which macOS, say, has apart in names of files.

    What a caller from Python has given in a text's place stays what it is, and names nothing.
    """
    if not isinstance(text, str) or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def spelt(name: str, names: Iterable[str]) -> str:
    r"""The one of several names that a name spells, its letters composed or not; else the name.

    >>> spelt("Su\u0308d", ["Nord", "S\u00fcd"]) == "S\u00fcd"
    True
    """
    known = list(names)
    if name in known:
        return name
    whole = composed(name)
    return next((one for one in known if composed(one) == whole), name)
