"""What is shown of exports; never writes."""
