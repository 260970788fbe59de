"""The door to the outside world: its rules."""
