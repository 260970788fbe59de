"""Who said what, and which sources a text leans on. Start at `attributions`."""
