"""The game tree as a drawing."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from lackmus.case.parse import parse_case
from lackmus.compiler.compile import compile_case
from lackmus.foundation.errors import UsageError
from lackmus.game.efg import read_efg
from lackmus.game.game import Game
from lackmus.pipeline.findings import Findings
from lackmus.pipeline.loading import load
from lackmus.pipeline.trial import Effort, put_to_test
from lackmus.report.drawing import tree as standalone
from lackmus.report.tree import drawn_tree, figure, tree_svg
from lackmus.solution.reach import node_reach
from lackmus.solution.solution import Assessment
from lackmus.solvers.quantal_response.logit import solve_logit

ENTRY = """EFG 2 R "Entry & <deterrence>" { "Entrant" "Incumbent" }
p "" 1 1 "market" { "in" "out" } 0
p "" 2 1 "reply" { "yield" "fight" } 0
t "" 1 "a" { 2, 1 }
t "" 2 "b" { -1, -1 }
t "" 3 "c" { 0, 3 }
"""


def _parsed(drawing: str | bytes) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 - it is our own


def _entry(tmp_path: Path) -> tuple[Game, Assessment]:
    (tmp_path / "entry.efg").write_text(ENTRY)
    game = read_efg(tmp_path / "entry.efg")
    return game, solve_logit(game, 1.0).best


def test_a_game_without_a_case_is_drawn_whole(tmp_path: Path) -> None:
    game, best = _entry(tmp_path)
    drawn = drawn_tree(game, best, game.players, str)
    assert drawn.ends == game.n_terminals
    assert drawn.covered == pytest.approx(1.0)
    told = "".join(_parsed(drawn.svg).itertext())
    for word in ("in ", "out ", "yield ", "fight ", "Entrant", "Incumbent", "−1"):
        assert word in told


@pytest.mark.parametrize("most", [1, 2, 8, 20, 44])
def test_a_pruned_tree_is_no_larger_than_asked_and_covers_what_it_says(
    most: int, large: Findings
) -> None:
    game, best = large.game, large.solution.best
    drawn = drawn_tree(game, best, game.players, str, most=most)
    tree = _parsed(drawn.svg)
    height = float(tree.attrib["height"])
    least = 8  # the root is always opened; here it has eight children
    assert height <= 46 + 24 * max(most, least) + 24
    reach = np.sort(node_reach(game, best.strategy)[game.terminal])[::-1]
    assert 0 <= drawn.covered <= reach[: drawn.ends].sum() + 1e-12


def test_a_larger_drawing_shows_more(large: Findings) -> None:
    game, best = large.game, large.solution.best
    covered = [drawn_tree(game, best, game.players, str, most=m).covered for m in (20, 44, 400)]
    assert covered[0] < covered[1] < covered[2]


def test_folded_and_drawn_ends_make_the_whole_game(large: Findings) -> None:
    game, best = large.game, large.solution.best
    drawn = drawn_tree(game, best, game.players, str)
    folded = [int(n.replace(",", "")) for n in re.findall(r"… ([\d,]+) ends?<", drawn.svg)]
    assert sum(folded) + drawn.ends == game.n_terminals


def test_a_tree_of_every_end_has_them_all(large: Findings) -> None:
    game, best = large.game, large.solution.best
    drawn = drawn_tree(game, best, game.players, str, most=game.n_terminals)
    assert drawn.ends == game.n_terminals
    assert drawn.covered == pytest.approx(1.0)


def test_nodes_of_one_infoset_are_marked_alike(large: Findings) -> None:
    svg = tree_svg(large.game, large.solution.best)
    tree = _parsed(svg)
    circles = [n for n in tree.iter() if n.tag.endswith("circle")]
    by_set: dict[str, set[str]] = {}
    for circle in circles:
        style = circle.attrib["style"]
        by_set.setdefault(circle.attrib["data-infoset"], set()).add(style)
    assert any(len([c for c in circles if c.attrib["data-infoset"] == s]) > 1 for s in by_set)
    assert all(len(styles) == 1 for styles in by_set.values())


def test_labels_cannot_break_out_of_the_drawing(tmp_path: Path) -> None:
    (tmp_path / "g.efg").write_text(ENTRY.replace('"in"', '"<script>x</script>&"'))
    game = read_efg(tmp_path / "g.efg")
    svg = tree_svg(game, solve_logit(game, 1.0).best)
    assert "<script" not in svg
    _parsed(svg)


def test_a_tree_for_itself_needs_no_style_sheet(tmp_path: Path) -> None:
    (tmp_path / "entry.efg").write_text(ENTRY)
    drawn = standalone(solve_logit(read_efg(tmp_path / "entry.efg"), 1.0))
    assert "var(" not in drawn.svg
    named = set(re.findall(r'class="([^"]+)"', drawn.svg))
    styled = set(re.findall(r"\.(\w+)", drawn.svg[: drawn.svg.index("</style>")]))
    assert {name for names in named for name in names.split()} <= styled
    assert _parsed(drawn._repr_svg_()).tag.endswith("svg")


def test_a_picture_shows_the_edges(tmp_path: Path) -> None:
    image = pytest.importorskip("PIL.Image", reason="no reader of pictures")
    (tmp_path / "entry.efg").write_text(ENTRY)
    solution = solve_logit(read_efg(tmp_path / "entry.efg"), 1.0)
    standalone(solution).save(tmp_path / "entry.png")
    picture = image.open(tmp_path / "entry.png").convert("L")
    column = [picture.getpixel((2 * 80, y)) for y in range(picture.height)]
    assert sum(shade < 200 for shade in column) >= 4  # two lines cross it, each of some pixels
    with pytest.raises(UsageError, match=r"\.svg, \.png, \.pdf, \.tex"):
        standalone(solution).save(tmp_path / "entry.gif")


def test_a_tree_for_a_paper_has_every_label_and_line(tmp_path: Path) -> None:
    (tmp_path / "entry.efg").write_text(ENTRY.replace('"in"', '"in_50%"'))
    drawn = standalone(solve_logit(read_efg(tmp_path / "entry.efg"), 1.0))
    drawn.save(tmp_path / "entry.pdf")
    assert (tmp_path / "entry.pdf").read_bytes().startswith(b"%PDF-")
    drawn.save(tmp_path / "entry.tex")
    text = (tmp_path / "entry.tex").read_text()
    root = _parsed(drawn.svg)
    kinds = [node.tag.rpartition("}")[2] for node in root]
    assert text.count(r"\draw[") == kinds.count("path") > 0
    assert text.count(r"\node[") == kinds.count("text") > 0
    assert text.count("circle (") == kinds.count("circle") > 0
    assert r"in 50\%" in text
    assert text.count("{") == text.count("}")
    assert set(re.findall(r"hue\d+", text)) == set(re.findall(r"definecolor{(hue\d+)}", text))


def test_labels_with_control_characters_are_drawn() -> None:
    game = read_efg(ENTRY.replace("Entrant", "Ent\x1brant").replace("yield", "yi\x07eld"))
    drawn = tree_svg(game, solve_logit(game, 1.0).best)
    assert "Ent\N{REPLACEMENT CHARACTER}rant" in drawn
    ElementTree.fromstring(drawn)  # noqa: S314 - it is our own drawing


def test_long_names_of_players_do_not_run_into_each_other(tmp_path: Path) -> None:
    """Columns of payoffs, which end at their place, are as wide as what stands in them."""
    game = read_efg(
        'EFG 2 R "g" { "The union of pilots" "Minister Voss" "c" }\n'
        'p "" 1 1 "" { "l" "r" } 0\n'
        't "" 1 "" { 1, 2, 123456789 }\nt "" 2 "" { 2, 3, -987654321 }\n'
    )
    out = tmp_path / "tree.svg"
    standalone(solve_logit(game, precision=1)).save(out)
    told = r'x="(\d+)" y="[\d.]+" text-anchor="end"[^>]*>([^<]*)<'
    texts = re.findall(told, out.read_text("utf-8"))
    ends = {name: int(x) for x, name in texts}
    for left, right in pairwise(("The union of pilots", "Minister Voss", "c")):
        longest = max(len(name) for x, name in texts if int(x) == ends[right])
        assert ends[right] - ends[left] >= 6 * longest + 10


def test_branches_that_what_was_observed_rules_out_are_faint(tmp_path: Path) -> None:
    game, best = _entry(tmp_path)
    whole = drawn_tree(game, best, game.players, str)
    assert not whole.gone
    assert 'class="gone"' not in whole.svg
    # The ends in the order of the game: out, yield, fight.
    ends = [int(game.via[node]) for node in game.terminal]
    out = [game.labels.actions[action] for action in ends].index("out")
    drawn = drawn_tree(game, best, game.players, str, left=np.arange(game.n_terminals) != out)
    assert drawn.gone
    groups = _parsed(drawn.svg).findall(".//{*}g[@class='gone']")
    faint = "".join("".join(group.itertext()) for group in groups)
    assert "out " in faint
    assert not any(word in faint for word in ("in ", "yield ", "fight "))


ROUNDS = """title: Rounds
actors: {north: {}, south: {}}
moves:
  - offer: {by: south, options: {low: {number: 0.2}, high: {number: 0.7}}}
  - agenda: {by: south, options: {any of: [line, trade]}}
  - rounds:
      name: term
      count: 2
      state: {held: {next: held + 1 if press = hold else held}}
      ends if: press = yield
      moves: [{press: {by: north, options: [hold, yield]}}]
stakes:
  north: [{worth: -held}, {worth: number(offer), if: agenda has line}]
  south: [{worth: held}]
claims: {c: {holds if: P(press = hold) > 0.1}}
"""


@pytest.mark.parametrize(
    ("observed", "gone"),
    [
        ("number(offer) > 0.5", 9),
        ("agenda has line", 6),
        ("term = 2", 6),
        ("held = 2", 12),
        ("held[2] = 1", 6),
        ("ever(press = yield)", 6),
        ("count(press = hold) = 1", 12),
        ("press[2] = hold", 12),
    ],
)
def test_branches_are_ruled_out_by_whatever_may_be_observed(observed: str, gone: int) -> None:
    """Two offers, three agendas, three courses of the rounds: yield; hold, yield; hold twice."""
    findings = put_to_test(parse_case(ROUNDS), observed=observed, effort=Effort(draws=8))
    drawn = figure(findings)
    assert drawn is not None
    groups = _parsed(drawn.drawing).findall(".//{*}g[@class='gone']")
    ends = [group for group in groups if len(group.findall("{*}text[@text-anchor='end']")) == 2]
    assert len(ends) == gone


def test_rounding_does_not_decide_what_is_shown() -> None:
    def names(drawing: str) -> list[str]:
        return [text for text in re.findall(r">([^<>]+)<", drawing) if not text.endswith("%")]

    game = compile_case(load("cheap-talk")).game
    found = solve_logit(game, 5.0).best
    assert np.all(found.strategy[:8] == 0.5)
    drawn = names(tree_svg(game, found, most=20))
    for seed in range(8):
        noise = np.random.default_rng(seed).uniform(-1e-14, 1e-14, len(found.strategy))
        nudged = replace(found, strategy=found.strategy * (1.0 + noise))
        assert names(tree_svg(game, nudged, most=20)) == drawn


def test_of_a_wide_game_one_path_is_drawn_to_its_end() -> None:
    options = ", ".join(f"o{k}" for k in range(9))
    moves = "\n".join(f"  - m{i}: {{by: a, options: [{options}]}}" for i in range(4))
    case = parse_case(
        f"title: Wide\nactors: {{a: {{}}}}\nmoves:\n{moves}\n"
        "stakes: {a: [{worth: 1, if: m0 = o3}]}\nprecision: 0.2\n"
    )
    game = compile_case(case).game
    best = solve_logit(game, 0.2).best
    drawn = drawn_tree(game, best, game.players, str)
    assert drawn.ends > 0
    likeliest = node_reach(game, best.strategy)[game.terminal].max()
    assert drawn.covered >= likeliest * (1 - 1e-9)
