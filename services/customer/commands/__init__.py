"""One function, one intention, one transaction: the only place that changes anything."""
