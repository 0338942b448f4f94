"""Where customers' messages come in and answers go out: one module per channel."""
