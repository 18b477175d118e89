"""What is done to storage repositories."""
