"""What the gateway does on behalf of a client: sign in, sign out, forward."""
