"""How jobs run; knows nothing of games."""
