"""Finished runs as one page: what they get right and wrong, and of what they make it.

A section is a function from a `Subject` to a `Section` that raises `LeftOutError` where an
ingredient is missing; `page.SECTIONS` lists them in reading order.
"""
