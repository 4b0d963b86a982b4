"""What volunteers do to keep the directory alive: what is due, how to ask, what is missing, what broke."""
