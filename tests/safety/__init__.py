"""Which test holds which requirement of docs/safety.md, and whether it can fail."""
