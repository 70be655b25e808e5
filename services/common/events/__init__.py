"""Events between services: their envelope, the catalogue of types, one JSON Schema and one example per type and version."""
