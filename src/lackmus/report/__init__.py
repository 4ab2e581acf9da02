"""Results to a page, a chart, a table."""
