"""What may happen: pure functions of records."""
