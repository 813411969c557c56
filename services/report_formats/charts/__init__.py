"""Charts as SVG, drawn here: rows in, text out, the same bytes for the same rows, each with its data as a table."""
