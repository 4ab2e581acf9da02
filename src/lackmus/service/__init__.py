"""What an editor asks of a case while it is being written: faults, completion, hover, places.

Pure functions of a text. Two doors lead to them: `lackmus.service.lsp` for editors, and the
workbench's page.
"""
