"""The messages the server answers: who may send each, and which service does the work."""
