"""Who is asking: users, passwords, sessions, tokens, and the actor of a request."""
