"""What each command does: arguments to the pipeline, results to the terminal."""
