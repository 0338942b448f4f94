"""What leaves the desk: webhooks, mail, notices to agents, and the mail to a customer who left."""
