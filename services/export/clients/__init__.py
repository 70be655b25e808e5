"""What export asks of other services."""
