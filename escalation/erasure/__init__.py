"""What is taken back: one message, or all that is known of a customer."""
