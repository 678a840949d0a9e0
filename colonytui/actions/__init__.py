"""Everything a user can do: the registry of actions, their keys, and the ways to start them."""
