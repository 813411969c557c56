"""Real servers of our own beside the code: PostgreSQL and Temporal, started as anybody, root included."""
