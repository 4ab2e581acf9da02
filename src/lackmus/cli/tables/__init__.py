"""How results look in a terminal: a module for each record that a command prints."""
