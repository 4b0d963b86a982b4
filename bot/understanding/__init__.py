"""Words -> what a person may need. Pure: text and knowledge in, findings with their evidence out."""
