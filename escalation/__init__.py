"""The desk: what the bot must not decide becomes a ticket that a person works on a clock."""
