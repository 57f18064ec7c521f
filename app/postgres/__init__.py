"""The embedded PostgreSQL server: find it, unpack it, start it, keep it up, stop it. It knows no SQL of ours."""
