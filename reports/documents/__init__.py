"""The reports of the catalogue, one file each: formulas over plain values, and what loads these from the database."""
