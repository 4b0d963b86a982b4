"""The only place that knows all parts: `knowledge` puts together what a turn may know, `running` the bot itself."""
