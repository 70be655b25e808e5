"""Processes that work in the background."""
