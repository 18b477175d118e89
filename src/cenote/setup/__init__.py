"""Setting a machine up: what `script/up` does before the daemon can start."""
