"""Who may sign in to the desk and how: passwords, second factors, invitations, tokens."""
