"""What the interface knows of the colony, and what keeps it fresh; plain Python."""
