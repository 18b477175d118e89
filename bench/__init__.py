"""What is fast, measured side by side with a peer in one run."""
