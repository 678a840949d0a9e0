"""What the network sees: RPC, subscriptions, health."""
