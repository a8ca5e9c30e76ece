"""Whole generations as files to download: made once for each generation that stays, and gone with it."""
