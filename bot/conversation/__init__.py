"""One turn of talk, pure: event + profile + knowledge + time -> profile + reply. Read turn.py."""
