"""What is done to the block devices of virtual machines."""
