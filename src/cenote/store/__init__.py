"""What is remembered: records in transactions, revisions, the history that events are read from."""
