"""Server-sent events: open streams, what they may hear, and the Redis bell that wakes them."""
