"""How fast this machine trains and recognises, against a literal implementation."""
