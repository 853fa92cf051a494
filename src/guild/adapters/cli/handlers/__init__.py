"""What commands do: ask use cases and show what they answer."""
