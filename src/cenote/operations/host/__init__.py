"""What is done to hosts."""
