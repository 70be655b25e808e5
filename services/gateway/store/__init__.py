"""What the gateway remembers, in its own process only: nothing here outlives a second or matters when lost."""
