"""The embedded local colony: a server and an executor that run detached on one data directory."""
