"""The daemon: reads its configuration, furnishes the rooms, opens the door, closes it."""
