"""What is done to networks: their records here, their bridges in the wiring."""
