"""Other people's clients, as they come: each asks a question and shows its sources as far as it can."""
