"""Long-running loops: take one unit of work, call a command."""
