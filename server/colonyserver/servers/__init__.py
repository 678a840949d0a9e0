"""Several servers over one database: what they tell each other, and which of them does what only one may do."""
