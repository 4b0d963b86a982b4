"""A new organization, question by question or from pasted text: questions, answers, names, hours, found, twins."""
