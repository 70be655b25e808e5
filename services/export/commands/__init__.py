"""What changes an export: one function, one intention, one transaction."""
