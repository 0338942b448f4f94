"""Channels, turn-taking, the client of the assistant, the application and its commands."""
