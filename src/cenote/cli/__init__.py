"""xe: the thin client that a person starts, and the commands that run in the daemon. Imports nothing by itself."""
