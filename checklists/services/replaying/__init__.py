"""Playing a day on set that a file tells."""
