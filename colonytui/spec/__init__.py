"""Specifications being written in the submit form; plain Python."""
