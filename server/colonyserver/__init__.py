"""The control plane: accepts processes, hands them to executors and keeps what happened."""
