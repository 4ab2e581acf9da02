"""Games from the literature, as Gambit files; each with where it is from."""

from __future__ import annotations

from lackmus.game.efg import parse_efg
from lackmus.game.game import Game
from lackmus.game.nfg import parse_nfg

#: Selten (1975), Reexamination of the perfectness concept, figure 1.
HORSE = """EFG 2 R "Selten's horse" { "1" "2" "3" } ""
p "" 1 1 "" { "C" "D" } 0
p "" 2 1 "" { "c" "d" } 0
t "" 1 "" { 1 1 1 }
p "" 3 1 "" { "L" "R" } 0
t "" 2 "" { 4 4 0 }
t "" 3 "" { 0 0 1 }
p "" 3 1 0
t "" 4 "" { 3 3 2 }
t "" 5 "" { 0 0 0 }
"""

#: Cho and Kreps (1987), figure I.
BEER_QUICHE = """EFG 2 R "beer and quiche" { "A" "B" } ""
c "" 1 "" { "weak" 1/10 "strong" 9/10 } 0
p "" 1 1 "" { "quiche" "beer" } 0
p "" 2 1 "" { "duel" "not" } 0
t "" 1 "" { 1 1 }
t "" 2 "" { 3 0 }
p "" 2 2 "" { "duel" "not" } 0
t "" 3 "" { 0 1 }
t "" 4 "" { 2 0 }
p "" 1 2 "" { "quiche" "beer" } 0
p "" 2 1 0
t "" 5 "" { 0 0 }
t "" 6 "" { 2 1 }
p "" 2 2 0
t "" 7 "" { 1 0 }
t "" 8 "" { 3 1 }
"""

#: Myerson (1991), Game Theory, section 2.1: a card is drawn, and player 1 may raise.
CARD = """EFG 2 R "Myerson's card game" { "1" "2" } ""
c "" 1 "" { "red" 1/2 "black" 1/2 } 0
p "" 1 1 "" { "raise" "fold" } 0
p "" 2 1 "" { "meet" "pass" } 0
t "" 1 "" { 2 -2 }
t "" 2 "" { 1 -1 }
t "" 2
p "" 1 2 "" { "raise" "fold" } 0
p "" 2 1 0
t "" 3 "" { -2 2 }
t "" 2
t "" 4 "" { -1 1 }
"""

#: Selten (1978), The chain store paradox, its stage: an incredible threat.
ENTRY = """EFG 2 R "entry" { "entrant" "incumbent" } ""
p "" 1 1 "" { "in" "out" } 0
p "" 2 1 "" { "accept" "fight" } 0
t "" 1 "" { 2 1 }
t "" 2 "" { -1 -1 }
t "" 3 "" { 0 3 }
"""

#: McKelvey and McLennan (1997): a 2 × 2 × 2 game with nine regular equilibria.
NINE = """NFG 1 R "nine equilibria" { "1" "2" "3" } { 2 2 2 } ""
9 8 12  0 0 0  0 0 0  9 8 2  0 0 0  3 4 6  3 4 6  0 0 0
"""

#: Luce and Raiffa (1957), section 5.3.
SEXES = 'NFG 1 R "battle of the sexes" { "1" "2" } { 2 2 } "" 3 2 1 1 0 0 2 3'

#: Matching pennies.
PENNIES = 'NFG 1 R "matching pennies" { "1" "2" } { 2 2 } "" 1 -1 -1 1 -1 1 1 -1'


def classic(text: str) -> Game:
    """The game of one of the texts above."""
    return parse_nfg(text) if text.startswith("NFG") else parse_efg(text)
