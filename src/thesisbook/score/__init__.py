"""Keep score: settle what was forecast by facts, and explain what changed between editions."""
