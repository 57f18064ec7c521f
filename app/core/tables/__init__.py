"""Word lists that come with the code: stop words and parts of compounds, by ISO 639-3; NOTICE says where they are from."""
