"""Reading for display; never writes."""
