"""A local web page on which an expert reads, corrects, approves and rejects descriptions."""
