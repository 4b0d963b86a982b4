"""The round: what is due, whom to ring and when, and what to say: due, calling, script, voice, todo."""
