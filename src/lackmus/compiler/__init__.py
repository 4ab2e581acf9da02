"""Case and values of its assumptions to a game."""
