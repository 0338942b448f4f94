"""The assistant's worker: understanding, dialogue and the channel the service talks to. The only importer of rasa."""
