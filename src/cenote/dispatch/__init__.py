"""Who asks, may they, under which task, on which host."""
