"""Pure decisions: values and time in, decision out. No database, no HTTP, no clock."""
