"""Eligibility that explains itself: rules as data, three-valued answers, what would turn them, and the re-check."""
