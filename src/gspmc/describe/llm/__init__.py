"""The language model as a writer: prompts, answers and the client that asks for them."""
