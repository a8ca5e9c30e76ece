"""The reference pages, each made from the code or the files that it describes."""
