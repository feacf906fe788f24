"""The pages: each view takes a derived object and gives it to a template."""
