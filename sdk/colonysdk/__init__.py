"""What every program of a colony shares: identities, wire objects, messages, the client."""
