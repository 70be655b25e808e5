"""HTTP in and out: parse, call one command or query, answer. Shapes of requests and answers stand beside their routes."""
