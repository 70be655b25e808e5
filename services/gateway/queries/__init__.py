"""Questions the gateway asks the services before it answers."""
