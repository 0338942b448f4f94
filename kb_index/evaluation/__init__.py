"""Judging search on questions it has not seen. Nothing here is part of a build."""
