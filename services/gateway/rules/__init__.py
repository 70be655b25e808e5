"""Pure decisions of the gateway: where a path goes, what is let in, what a cookie may do. No I/O."""
