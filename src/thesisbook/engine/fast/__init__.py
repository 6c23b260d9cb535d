"""What makes a build fast; the engine works without it."""
