"""The rules of the colony, in transactions: no HTTP and no wire names."""
