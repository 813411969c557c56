"""The outside world behind the ports of the domain: PostgreSQL, keys, mail, Temporal, files."""
