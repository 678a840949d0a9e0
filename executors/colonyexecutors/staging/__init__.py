"""Bringing files to a program and its results back."""
