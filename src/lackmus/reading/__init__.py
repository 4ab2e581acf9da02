"""What a solution says about aims, moves and claims."""
