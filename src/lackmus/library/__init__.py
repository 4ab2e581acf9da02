"""Cases that come with the program."""
