"""Counts as they are published: as text, CSV, JSON and one page, each with its privacy budget written into it."""
