"""What is known offline of the models behind CometAPI; most of it is generated.

`make refresh_catalog` rewrites it.
"""
