"""The customer service: members, customers and everything that may be changed; the only one that publishes events."""
