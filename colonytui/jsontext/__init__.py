"""JSON as people read it: rows of a tree, places, colours; plain Python."""
