"""The ground floor: types, the program format and what executes it. Imports neither compiler nor graphc."""
