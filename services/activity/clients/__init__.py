"""Calls to the customer service."""
