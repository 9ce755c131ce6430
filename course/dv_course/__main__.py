"""``dv-course``: make, grade and return assignments. See the instructor guide."""

from .cli import main

if __name__ == "__main__":
    main()
