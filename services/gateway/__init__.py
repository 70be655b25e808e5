"""The only public door: sessions, forwarding, live streams and the built web front end. No business rule, nothing lasting."""
