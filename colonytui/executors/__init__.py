"""What the interface says about executors and does to them."""
