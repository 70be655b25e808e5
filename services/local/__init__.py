"""The whole product on one machine without Docker, from the same docker-compose.yml; and what both ways share (keys, prepare)."""
