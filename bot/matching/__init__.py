"""Profile + directory -> ranked matches with reasons. Pure; time is an argument."""
