"""What leaves the chat on paper."""
