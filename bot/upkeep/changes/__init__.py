"""A change to a file, shown and saved, and what volunteers change: results of calls, sudden closure."""
