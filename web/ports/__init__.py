"""What the web asks for, by domain; `registry` answers, tests answer from memory."""
