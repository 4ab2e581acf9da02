"""Forecasts kept and scored: records, their chain, and scores. It knows no case and no solver."""
