"""text → Case → Game → Solution → Reading: the only place where the stages meet."""
