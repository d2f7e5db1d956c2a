"""The evaluation anyone can rerun: `make evaluate` prints every table from ../shared/data and the labels here.

The labels hold ids and marks only, never a comment's text. What needs a reader's judgement was judged by two readers
who had not seen each other's marks; where they differ on a type, a third reading decided.
"""
