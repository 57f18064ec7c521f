"""From a question to what the documents hold on it: the query, the search and its record."""
