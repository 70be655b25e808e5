"""Pure decisions about exports."""
