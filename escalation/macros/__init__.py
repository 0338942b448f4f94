"""Prepared replies: a text per language, and what else happens when it is sent."""
