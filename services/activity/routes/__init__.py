"""Parse, call one query, answer."""
