"""Runtimes: what can run a workload on this machine."""
