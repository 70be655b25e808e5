"""Pure decisions about events and their entries."""
