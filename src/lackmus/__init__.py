"""Lackmus puts commentary about hidden aims to the test."""
