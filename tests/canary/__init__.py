"""The canary proof: nothing anybody writes, is called or is hidden by leaves the memory of the bot."""
