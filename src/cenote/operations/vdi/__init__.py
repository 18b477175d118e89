"""What is done to virtual disks."""
