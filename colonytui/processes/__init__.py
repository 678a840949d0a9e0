"""What the interface says about processes and does to them."""
