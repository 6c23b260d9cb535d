"""Check that every number shown on the pages has a receipt, an exhibit or another origin."""
