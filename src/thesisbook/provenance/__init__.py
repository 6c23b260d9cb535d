"""What a number can answer, and whether every shown number can."""
