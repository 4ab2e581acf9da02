"""Links and states from elsewhere: what is read, what fits, and what is said of the rest."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import pytest
from tests.workbench.conftest import CASE

from lackmus.case.parse import parse_case
from lackmus.foundation.errors import UsageError
from lackmus.workbench.fitting import fitting
from lackmus.workbench.link import case_of, content_of
from lackmus.workbench.what_if import WhatIf


def packed(kept: object, version: str = "1") -> str:
    deflate = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    text = kept if isinstance(kept, bytes) else json.dumps(kept).encode()
    letters = base64.urlsafe_b64encode(deflate.compress(text) + deflate.flush())
    return f"{version}.{letters.decode().rstrip('=')}"


def test_a_link_names_its_case() -> None:
    content = packed({"case": "alaska-2025", "supposed": {}})
    for address in (
        f"http://127.0.0.1:8237/#link={content}",
        f"http://localhost/#some-token&link={content}",
        f"  #link={content}\n",
    ):
        assert content_of(address) == content
    assert case_of(content) == "alaska-2025"
    for other in ("alaska-2025", "cases/link=1.yaml", "http://127.0.0.1:8237/#some-token"):
        assert content_of(other) is None


@pytest.mark.parametrize(
    "content",
    [
        "", "1.", "1.!", "1.AAAA", packed(b"{"), packed([]), packed({}), packed({"case": 3}),
        packed({"case": "../../etc/passwd"}), packed({"case": "x" * 100}), packed(b"[" * 100_000),
        packed({"case": "alaska-2025"}, "2"), packed({"case": "alaska-2025"})[:-9],
        packed(b" " * 10_000_000 + b'{"case": "alaska-2025"}')[:7_000], "1." + "A" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_link_is_told(content: str) -> None:
    with pytest.raises(UsageError):
        case_of(content)


@pytest.fixture(scope="module")
def what_if() -> WhatIf:
    return WhatIf(parse_case(CASE), draws=16)


def test_what_fits_is_kept_as_it_is(what_if: WhatIf) -> None:
    kept = {
        "values": {"cost": 4, "gain": 0.5}, "observed": ["answer != accept"], "record": True,
        "draws": 500, "seed": 7,
    }  # fmt: skip
    assert fitting(kept, what_if) == (kept, [])
    assert fitting({}, what_if) == ({"values": {}, "observed": [], "record": False}, [])


@pytest.mark.parametrize(
    ("kept", "told"),
    [
        ({"values": {"nobody": 1}}, "no assumption 'nobody'"),
        ({"values": {"cost": "<b>"}}, "'<b>' is no value of cost"),
        ({"values": {"cost": True}}, "is no value of cost"),
        ({"values": {"cost": float("nan")}}, "is no value of cost"),
        ({"values": {"cost": 10**400}}, "is no value of cost"),
        ({"values": {"cost": 5.5}}, "outside its range, 0 to 5"),
        ({"values": ["cost"]}, "cannot be read"),
        ({"observed": "answer = accept"}, "cannot be read"),
        ({"observed": ["answer = surrender"]}, "cannot be observed"),
        ({"observed": ["P(answer"]}, "cannot be observed"),
        ({"observed": [{"a": 1}]}, "is no observation"),
        ({"observed": ["(" * 5000]}, "is no observation"),
        ({"observed": ["answer = accept"] * 101}, "cannot be read"),
        ({"draws": 10**9}, "no number of the draws"),
        ({"draws": "5"}, "no number of the draws"),
        ({"seed": -1}, "no number of the seed"),
        ({"seed": True}, "no number of the seed"),
    ],
)
def test_what_does_not_fit_is_left_out_and_told(
    what_if: WhatIf, kept: dict[str, Any], told: str
) -> None:
    good = {"values": {"gain": 1.0}}
    mixed = kept | {"values": good["values"] | kept["values"]} if isinstance(
        kept.get("values"), dict
    ) else good | kept  # fmt: skip
    supposed, left = fitting(mixed, what_if)
    assert len(left) == 1
    assert told in left[0]
    assert supposed["values"] == ({} if isinstance(kept.get("values"), list) else good["values"])
    assert supposed["observed"] == []
    assert not {"draws", "seed"} & set(supposed)


def test_much_that_does_not_fit_is_told_in_few_words(what_if: WhatIf) -> None:
    _, left = fitting({"values": {f"x{i}" * 100: i for i in range(1000)}}, what_if)
    assert len(left) == 21
    assert left[-1] == "and 980 more"
    assert max(map(len, left)) < 150


def test_without_a_case_forms_alone_are_looked_at() -> None:
    kept = {"values": {"anything": 10**400, "else": 2}, "observed": ["whatever = it says", 3]}
    supposed, left = fitting(kept, None)
    assert supposed["values"] == {"else": 2.0}
    assert supposed["observed"] == ["whatever = it says"]
    assert len(left) == 2
