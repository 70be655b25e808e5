"""What the door and other services ask for: parse, one command or query, answer."""
