"""The door for agents: the Model Context Protocol at /mcp, with tools and resources over the same use cases as the API."""
