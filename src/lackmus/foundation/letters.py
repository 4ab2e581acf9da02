"""Bytes to text: UTF-8, or what the mark at the beginning says."""

from __future__ import annotations

import codecs
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
