"""Loops that act when something falls due: deadlines and executors that fell silent."""
