"""What is done to virtual machines, a file per verb."""
