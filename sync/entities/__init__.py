"""Entity lists: rows that forms choose from, and that records create and update, also while tablets are away."""
