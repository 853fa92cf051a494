"""Use cases: what `guild` does, spoken to the world through ports."""
