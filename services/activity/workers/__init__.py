"""The loop that takes events from the stream."""
