"""The published view as tables for a spreadsheet: CSV files, and two descriptions made of one declaration.

Each table is declared in `declared`, and what fills it is the query of its name in `queries/tables`.
"""
