"""The directory as spreadsheets, out and in, without loss."""
