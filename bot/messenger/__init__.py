"""All the Telegram there is: updates in, messages out, and what to do when it fails."""
