"""The door for assistants: `lackmus mcp`, a server of the Model Context Protocol over stdio.

===========  ====================================================================================
server.py    the protocol: tools, resources and prompts under their names; the SDK's one door
workers.py   the processes that do the work, each ended where it takes too long or is not wanted
worker.py    such a process: one tool after another, told and answered in lines of JSON
tools.py     what each tool does: plain arguments to a text, or faults
missing.py   what a case still lacks before it says what everyone wants
pages.py     the pages of the documentation and the cases of the library, as parts
prompts.py   what is asked of an assistant, in the order that works
===========  ====================================================================================

The server's own process loads neither arrays nor solvers, and reads no file that a caller names.
"""
