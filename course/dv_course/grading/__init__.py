"""From what is handed in to marks in the gradebook."""
